// Where the areas of image maps are. An area has no box: its picture has, and the area's shape lies on that in CSS
// pixels (HTML Standard, "image map processing model").
() => {
  "use strict";
  // Pages are hostile: what looks like an area or a picture may be none, and its numbers may be endless.
  const NUMBER_LIMIT = 2000;
  const FURTHEST = 1e6;
  const imageOf = (area) => {
    const map = area.closest("map");
    const name = map && (map.getAttribute("name") || map.id);
    return !name ? null : [...map.getRootNode().querySelectorAll("img[usemap]")]
      .find((image) => image.getAttribute("usemap").replace(/^[^#]*#/, "") === name) || null;
  };
  const outlineOf = (area, width, height) => {
    const at = ((area.getAttribute("coords") || "").match(/-?\d+(?:\.\d+)?/g) || []).slice(0, NUMBER_LIMIT)
      .map((number) => Math.min(Math.max(Number(number), -FURTHEST), FURTHEST));
    const shape = (area.getAttribute("shape") || "").toLowerCase();
    if (shape === "default") return [[0, 0], [width, 0], [width, height], [0, height]];
    if (/^circ/.test(shape)) {
      const [x, y, radius] = at;
      return radius > 0 ? Array.from({ length: 16 }, (_, n) => n * Math.PI / 8)
        .map((angle) => [x + radius * Math.cos(angle), y + radius * Math.sin(angle)]) : [];
    }
    if (/^poly/.test(shape)) {
      return at.length < 6 ? [] : Array.from({ length: at.length >> 1 }, (_, n) => [at[2 * n], at[2 * n + 1]]);
    }
    const [left, top, right, bottom] = at;
    return at.length < 4 ? [] : [[left, top], [right, top], [right, bottom], [left, bottom]];
  };
  // Where a horizontal line runs inside a shape: [from, to], as often as it does.
  const spansAt = (points, y) => {
    const ends = points.map(([x, from], n) => [x, from, ...points[(n + 1) % points.length]])
      .filter(([, from, , to]) => (from <= y) !== (to <= y))
      .map(([x, from, nextX, to]) => x + (y - from) / (to - from) * (nextX - x)).sort((one, other) => one - other);
    return ends.flatMap((end, n) => (n % 2 ? [[ends[n - 1], end]] : []));
  };
  // A box whose middle, where fingers go, lies in the shape; null where nothing of the shape is on the picture.
  const touchableBox = (points, width, height) => {
    const within = (value, most) => Math.min(Math.max(value, 0), most);
    const [xs, ys] = [0, 1].map((axis) => points.map((point) => point[axis]));
    const x = within(Math.min(...xs), width);
    const y = within(Math.min(...ys), height);
    const right = within(Math.max(...xs), width);
    const bottom = within(Math.max(...ys), height);
    if (!(right > x && bottom > y)) return null;
    const middle = (x + right) / 2;
    if (spansAt(points, (y + bottom) / 2).some(([from, to]) => from < middle && middle < to)) {
      return { x, y, width: right - x, height: bottom - y };
    }
    let best = null;
    for (let n = 1; n < 16; n += 1) {
      const line = y + (bottom - y) * n / 16;
      const half = Math.min(line - y, bottom - line);
      for (const [from, to] of spansAt(points, line).map((span) => span.map((end) => within(end, width)))) {
        if (!best || to - from > best.width) best = { x: from, y: line - half, width: to - from, height: 2 * half };
      }
    }
    return best;
  };
  const areaRect = (area) => {
    const image = imageOf(area);
    if (!image || !(image.offsetWidth > 0)) return new DOMRect();
    const rect = image.getBoundingClientRect();
    const style = getComputedStyle(image);
    const [top, right, bottom, left] = ["Top", "Right", "Bottom", "Left"].map((side) => parseFloat(style[`padding${side}`]) || 0);
    const width = image.clientWidth - left - right;
    const height = image.clientHeight - top - bottom;
    const box = touchableBox(outlineOf(area, width, height), width, height);
    const scale = rect.width / image.offsetWidth;
    return box === null ? new DOMRect(rect.x, rect.y) : new DOMRect(
      rect.x + (image.clientLeft + left + box.x) * scale, rect.y + (image.clientTop + top + box.y) * scale,
      box.width * scale, box.height * scale);
  };

  return { imageOf, areaRect };
}
