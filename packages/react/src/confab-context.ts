import { createContext } from 'react';
import type { RegisteredConfab } from './register';

export const ConfabContext = createContext<RegisteredConfab | null>(null);
