// What a program prints for a terminal, as lines of plain text: returns, erasures and moves within a line are followed, colours
// and whatever else a terminal would do is left out.
const SEQUENCE = /^\x1b(?:\[([0-?]*)[ -/]*([@-~])|\][^\x07\x1b]*(?:\x07|\x1b\\)|[PX^_][^\x1b]*\x1b\\|[ -/]*[0-Z\\^-~])/;
const UNFINISHED = /^\x1b(?:\[[0-?]*[ -/]*|\][^\x07\x1b]*\x1b?|[PX^_][^\x1b]*\x1b?|[ -/]*)$/;
const LONGEST = 4000; // characters of a line, and of a sequence that does not end

export class ScreenText {
  #rest = "";
  #column = 0;
  lines = [""];
  dropped = 0;

  constructor(most = 2000) {
    this.most = most;
  }

  write(text) {
    let data = this.#rest + text;
    this.#rest = "";
    while (data) {
      const plain = /^[^\x00-\x1f\x7f]+/.exec(data)?.[0];
      if (plain) {
        this.#put(plain);
        data = data.slice(plain.length);
      } else if (data[0] === "\x1b") {
        if (UNFINISHED.test(data) && data.length < LONGEST) {
          this.#rest = data;
          return;
        }
        const found = SEQUENCE.exec(data);
        if (found) this.#obey(found[2], Number.parseInt(found[1], 10) || 0);
        data = data.slice(found ? found[0].length : 1);
      } else {
        this.#control(data[0]);
        data = data.slice(1);
      }
    }
  }

  #line(text) {
    this.lines[this.lines.length - 1] = text.slice(0, LONGEST);
  }

  get #last() {
    return this.lines[this.lines.length - 1];
  }

  #put(text) {
    const line = this.#last.padEnd(this.#column);
    this.#line(line.slice(0, this.#column) + text + line.slice(this.#column + text.length));
    this.#column += text.length;
  }

  #control(character) {
    if (character === "\n") {
      this.lines.push("");
      this.#column = 0;
      if (this.lines.length > this.most) {
        this.dropped += this.lines.length - this.most;
        this.lines.splice(0, this.lines.length - this.most);
      }
    } else if (character === "\r") this.#column = 0;
    else if (character === "\b") this.#column = Math.max(0, this.#column - 1);
    else if (character === "\t") this.#put(" ".repeat(8 - (this.#column % 8)));
  }

  #obey(letter, number) {
    const line = this.#last;
    if (letter === "K") {
      if (number === 0) this.#line(line.slice(0, this.#column));
      else if (number === 2) this.#line("");
      else this.#line(" ".repeat(this.#column) + line.slice(this.#column));
    } else if (letter === "P") this.#line(line.slice(0, this.#column) + line.slice(this.#column + Math.max(1, number)));
    else if (letter === "@") this.#line(line.slice(0, this.#column) + " ".repeat(Math.max(1, number)) + line.slice(this.#column));
    else if (letter === "C") this.#column += Math.max(1, number);
    else if (letter === "D") this.#column = Math.max(0, this.#column - Math.max(1, number));
    else if (letter === "G") this.#column = Math.max(0, number - 1);
    else if (letter === "J" && number >= 2) {
      this.dropped += this.lines.length - 1;
      this.lines = [""];
      this.#column = 0;
    }
  }
}
