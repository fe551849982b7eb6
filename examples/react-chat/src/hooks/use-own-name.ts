import { useCurrentUser } from '@confab/react';
import { useQuery } from '@tanstack/react-query';
import { readOwnName } from '../lib/auth';

export function useOwnName(): string {
  const { data = '' } = useQuery({
    queryKey: ['own name', useCurrentUser()],
    queryFn: readOwnName,
    staleTime: Infinity,
    // It is read from this device.
    networkMode: 'always',
  });
  return data;
}
