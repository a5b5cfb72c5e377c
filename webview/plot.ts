import type { PlotRange, RebuildView } from '../src/editor/protocol';
import { amount } from '../src/rebuild/headline';

type Point = RebuildView['points'][number];

const spans: Readonly<Record<PlotRange, number>> = { hour: 3_600_000, day: 86_400_000, all: Infinity };

const svg = 'http://www.w3.org/2000/svg';
const height = 190;
/** Room for the numbers at the left, the right, above and below. */
const edge = { left: 60, right: 70, top: 8, bottom: 20 };

/**
 * What remained and how fast it became less, over time: a filled line and a dashed one, told apart without colour.
 * Undefined with fewer than two points in the range.
 */
export function plot(
  points: readonly Point[],
  unit: RebuildView['progress']['unit'],
  range: PlotRange,
  /** Pixels: the picture is drawn as wide as it is shown, so that its numbers stay readable. */
  width: number,
  label: string,
): SVGElement | undefined {
  const shown = inRange(points, spans[range]);
  const [first, last] = [shown[0], shown.at(-1)];
  if (!first || !last || last[0] === first[0]) return undefined;
  const most = ceiling(Math.max(...shown.map(([, remaining]) => remaining)));
  const rates = shown.flatMap(([, , rate]) => rate ?? []);
  const fastest = rates.length === 0 ? undefined : ceiling(Math.max(...rates));
  const x = (at: number) =>
    edge.left + ((at - first[0]) / (last[0] - first[0])) * (width - edge.left - edge.right);
  const y = (part: number) => height - edge.bottom - part * (height - edge.top - edge.bottom);

  const picture = document.createElementNS(svg, 'svg');
  picture.setAttribute('viewBox', `0 0 ${width} ${height}`);
  picture.setAttribute('class', 'plot');
  picture.setAttribute('role', 'img');
  picture.setAttribute('aria-label', label);
  for (const part of [0, 0.5, 1]) {
    picture.append(
      shape('line', 'grid', { x1: edge.left, x2: width - edge.right, y1: y(part), y2: y(part) }),
      text('value', edge.left - 6, y(part) + 4, 'end', figure(most * part, unit)),
    );
    if (fastest !== undefined && unit !== 'seconds')
      picture.append(
        text('value', width - edge.right + 6, y(part) + 4, 'start', `${figure(fastest * part, unit)}/s`),
      );
  }
  for (const at of ticks(first[0], last[0], Math.max(2, Math.floor(width / 120)))) {
    picture.append(text('time', x(at), height - 4, 'middle', clock(at, last[0] - first[0])));
  }
  const line = steps(shown.map(([at, remaining]) => [x(at), y(remaining / most)]));
  const [from, to] = [x(first[0]).toFixed(1), x(last[0]).toFixed(1)];
  picture.append(
    shape('path', 'area', { d: `M${from},${y(0)} L${line.slice(1)} L${to},${y(0)} Z` }),
    shape('path', 'line', { d: line }),
  );
  if (fastest !== undefined && unit !== 'seconds')
    picture.append(shape('path', 'rate', { d: pieces(shown, x, (rate) => y(rate / fastest)) }));
  return picture;
}

/** A number at an axis. Chunks without their word, which the caption says. */
function figure(value: number, unit: RebuildView['progress']['unit']): string {
  return unit === 'chunks' ? Number(value.toPrecision(3)).toLocaleString('en') : amount(value, unit);
}

/** The points of the last `span` milliseconds, with the one before as the value that held when it began. */
function inRange(points: readonly Point[], span: number): readonly Point[] {
  const last = points.at(-1);
  if (!last) return [];
  const begin = last[0] - span;
  const from = points.findIndex(([at]) => at >= begin);
  const before = points[from - 1];
  const later = points.slice(Math.max(0, from));
  if (!before) return later;
  const [, remaining, rate] = before;
  return [rate === undefined ? [begin, remaining] : [begin, remaining, rate], ...later];
}

/** Steps, because between two samples nobody knows: a value holds until the next one is there. */
function steps(points: readonly (readonly [number, number])[]): string {
  return points
    .map(([left, top], index) => {
      const before = points[index - 1];
      const corner = before ? `L${left.toFixed(1)},${before[1].toFixed(1)} ` : '';
      return `${corner}${index === 0 ? 'M' : 'L'}${left.toFixed(1)},${top.toFixed(1)}`;
    })
    .join(' ');
}

/** The line of the rates, interrupted where none was known. */
function pieces(points: readonly Point[], x: (at: number) => number, y: (rate: number) => number): string {
  let isOpen = false;
  return points
    .flatMap(([at, , rate]) => {
      if (rate === undefined) {
        isOpen = false;
        return [];
      }
      const command = `${isOpen ? 'L' : 'M'}${x(at).toFixed(1)},${y(rate).toFixed(1)}`;
      isOpen = true;
      return [command];
    })
    .join(' ');
}

/** The next number of one, two or five times a power of ten. */
function ceiling(value: number): number {
  if (value <= 0) return 1;
  const power = 10 ** Math.floor(Math.log10(value));
  return [1, 2, 5, 10].map((factor) => factor * power).find((one) => one >= value) ?? value;
}

/** At most so many times of day between both, at round distances. */
function ticks(from: number, to: number, most: number): readonly number[] {
  const minute = 60_000;
  const distances = [0.25, 0.5, 1, 2, 5, 10, 15, 30, 60, 120, 240, 360, 720, 1440, 2880].map(
    (m) => m * minute,
  );
  const apart = distances.find((distance) => (to - from) / distance <= most) ?? 7 * 1440 * minute;
  const zone = new Date(to).getTimezoneOffset() * minute;
  const found: number[] = [];
  for (let at = Math.ceil((from - zone) / apart) * apart + zone; at <= to; at += apart) found.push(at);
  return found;
}

function clock(at: number, span: number): string {
  const date = new Date(at);
  const two = (part: number) => String(part).padStart(2, '0');
  const time = `${two(date.getHours())}:${two(date.getMinutes())}`;
  if (span < 5 * 60_000) return `${time}:${two(date.getSeconds())}`;
  return span > 2 * 86_400_000 ? `${two(date.getMonth() + 1)}-${two(date.getDate())} ${time}` : time;
}

function shape(
  name: 'line' | 'path',
  className: string,
  attributes: Readonly<Record<string, number | string>>,
): SVGElement {
  const element = document.createElementNS(svg, name);
  element.setAttribute('class', className);
  for (const [key, value] of Object.entries(attributes)) element.setAttribute(key, String(value));
  return element;
}

function text(className: string, x: number, y: number, anchor: string, content: string): SVGElement {
  const element = document.createElementNS(svg, 'text');
  element.setAttribute('class', className);
  element.setAttribute('x', x.toFixed(1));
  element.setAttribute('y', y.toFixed(1));
  element.setAttribute('text-anchor', anchor);
  element.textContent = content;
  return element;
}
