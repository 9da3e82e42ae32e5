const SPAN = 30_000;
const LEFT = 52;
const RIGHT = 4;
const BOTTOM = 20;
const TOP = 8;

/**
 * Draws times over the last half minute, on a logarithmic scale: a line with a band from the
 * median to the 95th percentile for sockets, a point for each request.
 */
export class Chart {

	#canvas;
	#lines = new Map();
	#points = [];

	constructor(canvas) {
		this.#canvas = canvas;
		new ResizeObserver(() => this.draw()).observe(canvas);
		matchMedia('(prefers-color-scheme: dark)').addEventListener('change', () => this.draw());
	}

	addToLine(name, color, median, high) {
		const line = this.#lines.get(name) ?? { samples: [] };
		line.color = color;
		line.samples.push({ time: performance.now(), median, high });
		this.#lines.set(name, line);
	}

	addPoint(color, value) {
		this.#points.push({ time: performance.now(), color, value });
	}

	draw() {
		const canvas = this.#canvas;
		const { clientWidth: width, clientHeight: height } = canvas;
		if (width === 0) {
			return;
		}
		const now = performance.now();
		this.#forget(now);
		const ratio = Math.min(devicePixelRatio || 1, 2);
		canvas.width = Math.round(width * ratio);
		canvas.height = Math.round(height * ratio);
		const context = canvas.getContext('2d');
		context.setTransform(ratio, 0, 0, ratio, 0, 0);
		const style = getComputedStyle(canvas);
		const color = (name) => style.getPropertyValue(name).trim();
		const [low, high] = this.#range();
		const x = (time) => LEFT + (width - LEFT - RIGHT) * (1 - (now - time) / SPAN);
		const y = (value) => TOP + (height - TOP - BOTTOM) * (1 - (Math.log10(Math.max(value, 10 ** low)) - low) / (high - low));
		this.#grid(context, { low, high, x, y, now, width, height, line: color('--line'), text: color('--muted'),
			font: style.fontFamily });
		for (const { color: name, samples } of this.#lines.values()) {
			this.#line(context, samples, color(name), x, y);
		}
		for (const point of this.#points) {
			context.fillStyle = color(point.color);
			context.beginPath();
			context.arc(x(point.time), y(point.value), 2.5, 0, 2 * Math.PI);
			context.fill();
		}
	}

	#forget(now) {
		const recent = ({ time }) => now - time <= SPAN;
		this.#points = this.#points.filter(recent);
		for (const [name, line] of this.#lines) {
			line.samples = line.samples.filter(recent);
			if (line.samples.length === 0) {
				this.#lines.delete(name);
			}
		}
	}

	/** The exponents of ten between which all values lie, at least a decade apart. */
	#range() {
		const values = this.#points.map(({ value }) => value);
		for (const { samples } of this.#lines.values()) {
			samples.forEach(({ median, high }) => values.push(median, high));
		}
		if (values.length === 0) {
			return [-1, 1];
		}
		// Browsers round their clocks, so a time may be zero
		const low = Math.log10(Math.max(Math.min(...values), 0.1)) - 0.1;
		const high = Math.log10(Math.max(...values, 0.1)) + 0.1;
		return [low, Math.max(high, low + 1)];
	}

	#grid(context, { low, high, x, y, now, width, height, line, text, font }) {
		context.lineWidth = 1;
		context.font = `11px ${font}`;
		context.textBaseline = 'middle';
		context.textAlign = 'right';
		context.strokeStyle = line;
		context.fillStyle = text;
		const factors = high - low < 2.6 ? [1, 2, 5] : [1];
		for (let decade = Math.floor(low); decade <= high; decade++) {
			for (const factor of factors) {
				const value = Number((factor * 10 ** decade).toPrecision(1));
				if (Math.log10(value) < low || Math.log10(value) > high) {
					continue;
				}
				const place = Math.round(y(value)) + 0.5;
				context.beginPath();
				context.moveTo(LEFT, place);
				context.lineTo(width - RIGHT, place);
				context.stroke();
				context.fillText(value >= 1000 ? `${value / 1000} s` : `${value} ms`, LEFT - 8, place);
			}
		}
		context.textAlign = 'center';
		for (const seconds of [25, 20, 15, 10, 5]) {
			context.fillText(width < 480 ? `−${seconds} s` : `${seconds} s ago`, x(now - seconds * 1000), height - 7);
		}
	}

	#line(context, samples, color, x, y) {
		if (samples.length === 0) {
			return;
		}
		context.fillStyle = color;
		context.globalAlpha = 0.16;
		context.beginPath();
		samples.forEach(({ time, high }) => context.lineTo(x(time), y(high)));
		[...samples].reverse().forEach(({ time, median }) => context.lineTo(x(time), y(median)));
		context.fill();
		context.globalAlpha = 1;
		context.strokeStyle = color;
		context.lineWidth = 2;
		context.lineJoin = 'round';
		context.beginPath();
		samples.forEach(({ time, median }) => context.lineTo(x(time), y(median)));
		context.stroke();
	}

}
