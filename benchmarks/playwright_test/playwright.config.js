// @ts-check
const { defineConfig } = require("@playwright/test");
const side = JSON.parse(process.env.BENCH_SIDE ?? "{}");

module.exports = defineConfig({
  testDir: ".",
  workers: 2,
  fullyParallel: true,
  reporter: [["./tally.js"]],
  use: {
    ...side.context,
    launchOptions: { executablePath: side.executable, args: side.switches },
  },
});
