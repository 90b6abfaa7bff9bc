import { defaultClientConditions, defineConfig } from 'vite';

// The packages' sources, so that nothing has to be built before.
export default defineConfig({
  base: './',
  resolve: { conditions: ['@halfclose/source', ...defaultClientConditions] },
  build: {
    target: 'es2022',
    modulePreload: { polyfill: false },
    assetsInlineLimit: 0,
    rolldownOptions: { checks: { pluginTimings: false } },
  },
});
