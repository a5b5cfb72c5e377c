type Point = readonly [at: number, remaining: number];

const svg = 'http://www.w3.org/2000/svg';
const width = 300;
const height = 72;

/** A line of what remained over time, from zero up; undefined with fewer than two points. */
export function chart(points: readonly Point[], label: string): SVGElement | undefined {
  const first = points[0];
  const last = points.at(-1);
  if (!first || !last || points.length < 2 || last[0] === first[0]) return undefined;
  const most = Math.max(...points.map(([, remaining]) => remaining), 1);
  const x = (at: number) => (((at - first[0]) / (last[0] - first[0])) * width).toFixed(1);
  const y = (remaining: number) => (height - 2 - (remaining / most) * (height - 4)).toFixed(1);
  // Steps, because between two samples nobody knows: a value holds until the next one is there.
  const line = points
    .map(([at, remaining], index) => {
      const before = points[index - 1];
      const step = before ? `${x(at)},${y(before[1])} ` : '';
      return `${step}${x(at)},${y(remaining)}`;
    })
    .join(' ');
  const element = document.createElementNS(svg, 'svg');
  element.setAttribute('viewBox', `0 0 ${width} ${height}`);
  element.setAttribute('preserveAspectRatio', 'none');
  element.setAttribute('class', 'chart');
  element.setAttribute('role', 'img');
  element.setAttribute('aria-label', label);
  element.append(
    shape('polygon', 'area', `0,${height} ${line} ${width},${height}`),
    shape('polyline', 'line', line),
  );
  return element;
}

function shape(name: 'polygon' | 'polyline', className: string, points: string): SVGElement {
  const element = document.createElementNS(svg, name);
  element.setAttribute('class', className);
  element.setAttribute('points', points);
  element.setAttribute('vector-effect', 'non-scaling-stroke');
  return element;
}
