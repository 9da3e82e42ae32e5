const STEPS = 28;
const TRAVEL = 620;
const FRAME = 33;
const MOST_PULSES = 200;

/**
 * Draws sockets as wires from the browser to the server. Wires of one connection run
 * through one jacket, so the picture shows what was counted.
 */
export class Loom {

	#canvas;
	#wires = [];
	#paths = [];
	#byKey = new Map();
	#jackets = [];
	#pulses = [];
	#still = document.createElement('canvas');
	#frame = 0;
	#shown = 0;
	#visible = true;
	#calm = matchMedia('(prefers-reduced-motion: reduce)');

	constructor(canvas) {
		this.#canvas = canvas;
		new ResizeObserver(() => this.#layout()).observe(canvas);
		new IntersectionObserver((entries) => {
			this.#visible = entries.at(-1).isIntersecting;
		}).observe(canvas);
		matchMedia('(prefers-color-scheme: dark)').addEventListener('change', () => this.#layout());
	}

	/**
	 * @param wires what to draw, from top to bottom: { key, group, color, dashed }, where
	 * wires with the same group share a jacket
	 */
	setWires(wires) {
		const signature = (list) => list.map((wire) => `${wire.key}/${wire.group}`).join();
		if (signature(wires) !== signature(this.#wires)) {
			this.#wires = wires;
			this.#pulses = [];
			this.#layout();
		}
	}

	/** Shows a message on its way. */
	pulse(key, toServer) {
		if (!this.#visible || this.#calm.matches || document.hidden || this.#pulses.length > MOST_PULSES) {
			return;
		}
		const path = this.#byKey.get(key);
		if (path) {
			this.#pulses.push({ path, toServer, start: performance.now() });
			this.#animate();
		}
	}

	#layout() {
		const { clientWidth: width, clientHeight: height } = this.#canvas;
		if (width === 0 || height === 0) {
			return;
		}
		const ratio = Math.min(devicePixelRatio || 1, 2);
		for (const canvas of [this.#canvas, this.#still]) {
			canvas.width = Math.round(width * ratio);
			canvas.height = Math.round(height * ratio);
			canvas.getContext('2d').setTransform(ratio, 0, 0, ratio, 0, 0);
		}
		this.#place(width, height);
		this.#paint(width, height);
		this.#show();
	}

	#place(width, height) {
		const margin = 7;
		const enter = width * 0.33;
		const leave = width * 0.67;
		const ordered = [...Map.groupBy(this.#wires, (wire) => wire.group).entries()];
		const slot = (height - 2 * margin) / Math.max(this.#wires.length, 1);
		this.#paths = [];
		this.#jackets = [];
		let top = margin;
		for (const [group, members] of ordered) {
			const share = members.length * slot;
			const middle = top + share / 2;
			const pitch = members.length === 1 ? 0 : Math.min(3, (share * 0.42) / members.length);
			const half = (pitch * (members.length - 1)) / 2;
			const padding = members.length === 1 ? Math.min(7, slot * 0.32) : Math.min(11, share * 0.12);
			this.#jackets.push({ group, x: enter - 6, y: middle - half - padding, width: leave - enter + 12,
				height: 2 * (half + padding) });
			members.forEach((wire, index) => {
				const y = top + (index + 0.5) * slot;
				const inner = middle - half + index * pitch;
				this.#paths.push({ ...wire, y, points: trace(margin, y, enter, inner, leave, width - margin) });
			});
			top += share;
		}
		this.#byKey = new Map(this.#paths.map((path) => [path.key, path]));
	}

	#paint(width, height) {
		const context = this.#still.getContext('2d');
		const style = getComputedStyle(this.#canvas);
		context.clearRect(0, 0, width, height);
		context.fillStyle = style.getPropertyValue('--jacket');
		context.strokeStyle = style.getPropertyValue('--accent');
		context.lineWidth = 1.5;
		for (const jacket of this.#jackets) {
			context.beginPath();
			context.roundRect(jacket.x, jacket.y, jacket.width, jacket.height, Math.min(jacket.height / 2, 14));
			context.fill();
			if (jacket.height > 8) {
				context.stroke();
			}
		}
		// A jacket that is too thin for an outline has only its ends marked
		context.fillStyle = context.strokeStyle;
		for (const jacket of this.#jackets.filter(({ height }) => height <= 8)) {
			context.fillRect(jacket.x, jacket.y, 2.5, jacket.height);
			context.fillRect(jacket.x + jacket.width - 2.5, jacket.y, 2.5, jacket.height);
		}
		context.lineCap = 'round';
		const slot = height / Math.max(this.#paths.length, 1);
		for (const path of this.#paths) {
			path.paint = style.getPropertyValue(path.color).trim();
			context.strokeStyle = path.paint;
			context.fillStyle = path.paint;
			context.lineWidth = Math.min(2.2, Math.max(1, slot * 0.38));
			context.setLineDash(path.dashed ? [2, 4] : []);
			context.beginPath();
			path.points.forEach(([x, y], index) => (index === 0 ? context.moveTo(x, y) : context.lineTo(x, y)));
			context.stroke();
			const radius = Math.min(3, Math.max(1.2, slot * 0.36));
			for (const [x, y] of [path.points[0], path.points.at(-1)]) {
				context.beginPath();
				context.arc(x, y, radius, 0, 2 * Math.PI);
				context.fill();
			}
		}
		context.setLineDash([]);
	}

	#show() {
		const context = this.#canvas.getContext('2d');
		const { clientWidth: width, clientHeight: height } = this.#canvas;
		context.clearRect(0, 0, width, height);
		context.drawImage(this.#still, 0, 0, width, height);
		const now = performance.now();
		this.#pulses = this.#pulses.filter((pulse) => now - pulse.start < TRAVEL);
		for (const { path, toServer, start } of this.#pulses) {
			const progress = (now - start) / TRAVEL;
			const [x, y] = at(path.points, toServer ? progress : 1 - progress);
			context.fillStyle = path.paint;
			context.beginPath();
			context.arc(x, y, 2.6, 0, 2 * Math.PI);
			context.fill();
		}
	}

	#animate() {
		if (this.#frame) {
			return;
		}
		this.#frame = requestAnimationFrame((now) => {
			this.#frame = 0;
			// Every other frame is enough, and leaves time for the sockets
			if (now - this.#shown >= FRAME) {
				this.#shown = now;
				this.#show();
			}
			if (this.#pulses.length > 0) {
				this.#animate();
			}
		});
	}

}

function trace(left, y, enter, inner, leave, right) {
	const points = [];
	const ease = (t) => t * t * (3 - 2 * t);
	for (let step = 0; step <= STEPS; step++) {
		const t = step / STEPS;
		points.push([left + (enter - left) * t, y + (inner - y) * ease(t)]);
	}
	for (let step = 0; step <= STEPS; step++) {
		const t = step / STEPS;
		points.push([leave + (right - leave) * t, inner + (y - inner) * ease(t)]);
	}
	return points;
}

/** The point at a fraction of a path whose points are evenly spaced from left to right. */
function at(points, progress) {
	const x = points[0][0] + (points.at(-1)[0] - points[0][0]) * progress;
	const next = points.findIndex((point) => point[0] >= x);
	if (next <= 0) {
		return points[next === 0 ? 0 : points.length - 1];
	}
	const [fromX, fromY] = points[next - 1];
	const [toX, toY] = points[next];
	return [x, fromY + (toY - fromY) * (toX === fromX ? 0 : (x - fromX) / (toX - fromX))];
}
