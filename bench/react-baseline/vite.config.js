import react from "@vitejs/plugin-react";
import { defineConfig } from "vite";

export default defineConfig({
  plugins: [react()],
  build: {
    // The browsers that the SPA itself needs: nothing is compiled down for older ones.
    target: "es2022",
    modulePreload: { polyfill: false },
    reportCompressedSize: false,
    // The one page that there is.
    chunkSizeWarningLimit: 1_000,
    rollupOptions: {
      output: {
        // The API lets browsers keep a file for ever when its name ends in hexadecimal digits.
        hashCharacters: "hex",
        // React changes less often than the page: two files, fetched side by side.
        manualChunks: { react: ["react", "react-dom/client"] },
      },
    },
  },
});
