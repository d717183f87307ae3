// How the dashboard is built, served during development, and tested.
import react from '@vitejs/plugin-react'
import { defineConfig } from 'vitest/config'

const server = process.env.SENSE_SERVER ?? 'http://127.0.0.1:8000'

// The Host header stays the browser's own: the server compares it with the Origin of the live socket.
const proxied = { target: server, changeOrigin: false, ws: true }

export default defineConfig({
  base: '/static/',
  plugins: [react()],
  server: {
    proxy: {
      '/api': proxied,
      '/ws': proxied,
      '/sign-in': proxied,
      '/admin': proxied,
      '/static/admin': proxied,
      '/static/rest_framework': proxied,
      '/static/drf_spectacular_sidecar': proxied,
    },
  },
  build: {
    target: 'es2022',
    // Inlined files would become data: URLs, which the Content-Security-Policy refuses for styles and scripts.
    assetsInlineLimit: 0,
    chunkSizeWarningLimit: 700,
    modulePreload: { polyfill: false },
  },
  test: {
    restoreMocks: true,
    unstubGlobals: true,
    testTimeout: 20_000,
    projects: [
      {
        extends: true,
        // A page for each test file is the slow part: what needs none goes without.
        test: {
          name: 'rules',
          environment: 'node',
          include: ['src/{protocol,charts,features}/**/*.test.ts'],
        },
      },
      {
        extends: true,
        test: {
          name: 'page',
          environment: 'jsdom',
          include: ['src/{app,live}/**/*.test.{ts,tsx}', 'src/{components,features}/**/*.test.tsx'],
          setupFiles: ['src/testing/setup.ts'],
        },
      },
    ],
  },
})
