// The SHA-256 digest of a file (FIPS 180-4), worked out in the browser: the file itself is sent nowhere.
// By hand and not by crypto.subtle, which wants https and the whole file in memory.
(function (board) {
  "use strict";
  const BLOCK = 64; // bytes
  const CHUNK = 1 << 20; // bytes that are read at a time
  const primes = [];
  for (let n = 2; primes.length < 64; n += 1) if (primes.every((p) => n % p)) primes.push(n);
  const fraction = (root) => Math.floor((root - Math.floor(root)) * 2 ** 32) | 0;
  const K = Int32Array.from(primes, (p) => fraction(Math.cbrt(p)));
  const START = primes.slice(0, 8).map((p) => fraction(Math.sqrt(p)));
  const turned = (word, by) => (word >>> by) | (word << (32 - by));

  class Sha256 {
    constructor() {
      this.state = Int32Array.from(START);
      this.words = new Int32Array(64);
      this.rest = new Uint8Array(BLOCK);
      this.held = 0; // bytes in `rest`
      this.length = 0; // bytes in all
    }

    update(bytes) {
      this.length += bytes.length;
      let at = 0;
      while (at < bytes.length) {
        const take = Math.min(BLOCK - this.held, bytes.length - at);
        this.rest.set(bytes.subarray(at, at + take), this.held);
        this.held += take;
        at += take;
        if (this.held < BLOCK) return;
        this.block(this.rest);
        this.held = 0;
      }
    }

    block(bytes) {
      const { words: w, state } = this;
      const view = new DataView(bytes.buffer);
      for (let i = 0; i < 16; i += 1) w[i] = view.getInt32(i * 4);
      for (let i = 16; i < 64; i += 1) {
        const early = turned(w[i - 15], 7) ^ turned(w[i - 15], 18) ^ (w[i - 15] >>> 3);
        const late = turned(w[i - 2], 17) ^ turned(w[i - 2], 19) ^ (w[i - 2] >>> 10);
        w[i] = (w[i - 16] + early + w[i - 7] + late) | 0;
      }
      let [a, b, c, d, e, f, g, last] = state;
      for (let i = 0; i < 64; i += 1) {
        const one = (last + (turned(e, 6) ^ turned(e, 11) ^ turned(e, 25)) + ((e & f) ^ (~e & g)) + K[i] + w[i]) | 0;
        const two = ((turned(a, 2) ^ turned(a, 13) ^ turned(a, 22)) + ((a & b) ^ (a & c) ^ (b & c))) | 0;
        last = g;
        g = f;
        f = e;
        e = (d + one) | 0;
        d = c;
        c = b;
        b = a;
        a = (one + two) | 0;
      }
      [a, b, c, d, e, f, g, last].forEach((word, i) => { state[i] += word; });
    }

    /** The digest, in 64 hexadecimal digits. */
    hex() {
      const bits = [Math.floor(this.length / 2 ** 29), (this.length * 8) >>> 0];
      const end = new Uint8Array(((this.held < 56 ? 56 : 120) - this.held) + 8);
      end[0] = 0x80;
      bits.forEach((word, i) => new DataView(end.buffer).setUint32(end.length - 8 + i * 4, word));
      this.update(end);
      return [...this.state].map((word) => (word >>> 0).toString(16).padStart(8, "0")).join("");
    }
  }

  /** Of a File. Rejects where it cannot be read. */
  async function digest(file) {
    const found = new Sha256();
    for (let at = 0; at < file.size; at += CHUNK) found.update(new Uint8Array(await file.slice(at, at + CHUNK).arrayBuffer()));
    return found.hex();
  }

  board.digest = { digest };
})(window.workbenchBoard);
