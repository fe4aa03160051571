const { test, expect } = require("@playwright/test");
const side = JSON.parse(process.env.BENCH_SIDE ?? "{}");

for (let n = 0; n < side.visits; n++) {
  test(`the button can be tapped ${n}`, async ({ page }) => {
    await page.goto(`${side.url}?n=${n}`);
    const box = await page.locator("a.button").boundingBox();
    expect(box).not.toBeNull();
    await page.touchscreen.tap(box.x + box.width / 2, box.y + box.height / 2);
  });
}
