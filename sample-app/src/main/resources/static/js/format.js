export function millis(value) {
	if (value === undefined || Number.isNaN(value)) {
		return '–';
	}
	if (value >= 1000) {
		return `${(value / 1000).toFixed(1)} s`;
	}
	return `${value < 10 ? value.toFixed(1) : Math.round(value)} ms`;
}

export function bytes(value) {
	const units = ['B', 'kB', 'MB', 'GB'];
	const unit = Math.min(Math.floor(Math.log10(Math.max(value, 1)) / 3), units.length - 1);
	return `${Math.round(value / 1000 ** unit)} ${units[unit]}`;
}

export function plural(count, one, many) {
	return count === 1 ? one : many;
}

export function quantile(values, fraction) {
	if (values.length === 0) {
		return undefined;
	}
	const sorted = [...values].sort((a, b) => a - b);
	return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * fraction))];
}

export function clock(iso) {
	return new Date(iso).toLocaleTimeString([], { hour12: false });
}

/**
 * The palette colour of a socket. Five in a row share one, because thin wires in many colours
 * look grey from afar.
 */
export function wire(index) {
	return `--wire-${Math.floor(index / 5) % 5}`;
}

export function webSocketUrl(path, port = location.port) {
	const scheme = location.protocol === 'https:' ? 'wss' : 'ws';
	return `${scheme}://${location.hostname}${port ? `:${port}` : ''}${path}`;
}
