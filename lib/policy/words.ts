import type { Sentence } from "./sentences";

const stopWords = new Set(
  `a an the and or but nor of to in on at by for from with as is are was were be been being it its this that these those we
  you your our they their he she his her not no any all such may can will shall would could should must has have had do does
  did if when which who whom than then so into about other also more most only own same there here what where how i me us
  der die das den dem des ein eine einer eines einem einen und oder aber nicht zu zur zum von vom im in am an auf aus bei mit
  nach für über unter durch um als wie ist sind war waren wird werden wurde wurden sein seine ihre ihrer ihren ihr sie wir
  uns unser unsere unserer es er dass ob wenn kann können soll sollen muss müssen hat haben auch nur noch sich so dies diese
  dieser dieses diesem diesen welche welcher welches
  は が を に の で と も や か へ から まで より など て た だ し れ さ る ます です する した して され こと もの ため また よう これ その この それ お 及び または`.split(
    /\s+/,
  ),
);

/** Whether a word says little by itself: articles, pronouns, prepositions, particles (English, German, Japanese). */
export const isStopWord = (word: string): boolean => stopWords.has(word.toLowerCase());

const wordPattern = /[\p{sc=Han}\p{sc=Hiragana}\p{sc=Katakana}\p{sc=Thai}ー]+|[\p{L}\p{M}\p{N}]+/gu;
const unspaced = /^[\p{sc=Han}\p{sc=Hiragana}\p{sc=Katakana}\p{sc=Thai}ー]/u;
const spaced = /^[\x20-\x7e\u00a0-\u024f\u2000-\u206f\u20ac]*$/;

/** The words of a text in lower case; of scripts without spaces every two neighbours, which find the same without a dictionary. */
export function wordsOf(text: string): string[] {
  const found = text.toLowerCase().match(wordPattern) ?? [];
  if (spaced.test(text)) return found;
  return found.flatMap((run) => {
    if (!unspaced.test(run)) return [run];
    const chars = [...run];
    if (chars.length === 1) return chars;
    return chars.slice(1).map((char, index) => `${chars[index]}${char}`);
  });
}

const hiraganaPair = /^[\p{sc=Hiragana}]{1,2}$/u;

/**
 * Which words two sentences share, each weighing the more the fewer of the sentences looked at have it.
 * @param sentences all that may be asked about
 */
export class WordOverlap {
  readonly #ids = new Map<string, number>();
  readonly #bags = new Map<Sentence, Int32Array>();
  readonly #weights: Float64Array;
  readonly #sums = new Map<Sentence, number>();

  constructor(sentences: readonly Sentence[]) {
    const times: number[] = [];
    const weightless: boolean[] = [];
    for (const sentence of sentences) {
      const words = wordsOf(sentence.text);
      const bag = new Int32Array(words.length);
      for (const [index, word] of words.entries()) {
        let id = this.#ids.get(word);
        if (id === undefined) {
          id = this.#ids.size;
          this.#ids.set(word, id);
          times.push(0);
          weightless.push(stopWords.has(word) || hiraganaPair.test(word));
        }
        bag[index] = id;
      }
      bag.sort();
      for (const [index, id] of bag.entries()) if (id !== bag[index - 1]) times[id] = (times[id] ?? 0) + 1;
      this.#bags.set(sentence, bag);
    }
    const all = Math.max(2, sentences.length);
    this.#weights = Float64Array.from(times, (count, id) =>
      weightless[id] ? 0.15 : 0.4 + Math.log(1 + all / count) / Math.log(1 + all),
    );
  }

  bag(sentence: Sentence): Int32Array {
    return this.#bags.get(sentence) ?? new Int32Array();
  }

  /** Makes a sentence known that was joined from two known ones. */
  join(joined: Sentence, a: Sentence, b: Sentence): void {
    this.#bags.set(joined, Int32Array.from([...this.bag(a), ...this.bag(b)]).sort());
  }

  weight(id: number): number {
    return this.#weights[id] ?? 0;
  }

  /** The weight of all words of a sentence. */
  sum(sentence: Sentence): number {
    const known = this.#sums.get(sentence);
    if (known !== undefined) return known;
    const sum = this.bag(sentence).reduce((total, id) => total + this.weight(id), 0);
    this.#sums.set(sentence, sum);
    return sum;
  }

  /** The weight of the words that both have. */
  shared(a: Sentence, b: Sentence): number {
    const [x, y] = [this.bag(a), this.bag(b)];
    let [i, j, shared] = [0, 0, 0];
    while (i < x.length && j < y.length) {
      const [left, right] = [x[i] ?? 0, y[j] ?? 0];
      if (left === right) {
        shared += this.#weights[left] ?? 0;
        i++;
        j++;
      } else if (left < right) i++;
      else j++;
    }
    return shared;
  }

  /** 1 for the same words, 0 for none in common (Dice, weighted). */
  alike(a: Sentence, b: Sentence): number {
    const both = this.sum(a) + this.sum(b);
    return both === 0 ? 0 : (2 * this.shared(a, b)) / both;
  }
}
