import type { Metadata, Viewport } from 'next';
import type { ReactNode } from 'react';
import './globals.css';

export const metadata: Metadata = { title: 'Confab', description: 'A chat that the server renders.' };

export const viewport: Viewport = { colorScheme: 'light dark', interactiveWidget: 'resizes-content' };

export default function RootLayout({ children }: { readonly children: ReactNode }) {
  return (
    <html lang="en">
      <body>{children}</body>
    </html>
  );
}
