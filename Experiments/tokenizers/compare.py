"""Compare our tokenizers with PyPI's. Usage: compare.py PROBE BYTE_LEVEL_TOKENIZER.json PIECE_TOKENIZER.json [STRINGS [FAMILY ...]]

The strings are made once (SEED in the environment, 0 otherwise) and are the same for all families. Each answer of ours is made while PyPI's make theirs."""
import itertools, json, os, random, subprocess, sys, tempfile, unicodedata
from tokenizers import Tokenizer
from families import FAMILIES, build

POOLS = ["abcdefghijklmnopqrstuvwxyz", "ABCDEFGHIJKLMNOPQRSTUVWXYZ", "0123456789", " ", "  ", "\n", "\r\n\t", "'", ".,;:!?-_()[]{}<>|/\\\"#$%&*+=@^`~", "éèüßñçøåÆŒİıſKΩ",
         "\u0301\u0308\u0327\u20dd\u200d\u200b\ufeff\u00ad", "αβγδΣςθ", "привет", "你好世界漢字", "こんにちはカタカナ", "한국어각", "مرحبا", "हिन्दी", "ไทย", "٠١٢Ⅷ½²①", "\u00a0\u2003\u3000\u2028\u0085\u180e\u200a", "🙂👨‍👩‍👧🇩🇪👍🏽", "ǅǈʰªº", "_‿⁀", "‐—…“”«»", "▁", "ﬁﬀＡ１㎏ﷺ"]
WORDS = ["the", " the", "it's", "I'LL", "don't", "WE'VE", "HelloWorld", "naïve", " of", "ab", "xyz", "<|im_end|>", "<s>", "</s>", "<|endoftext|>", "http://a.b/c?d=e", "1234567", "3.14", "\n\n", "    ", " \n ", "'s", "'ſ", "ＡＢ", "e\u0301", "x-y", "[INST]"]

def text(r):
    out = []
    for _ in range(r.choice([1, 2, 3, 5, 8, 13])):
        k = r.random()
        if k < .45: out.append(r.choice(WORDS))
        elif k < .9: out.append(''.join(r.choice(r.choice(POOLS) if r.random() < .3 else POOLS[r.randrange(8)]) for _ in range(r.randrange(1, 6))))
        else:
            c = r.randrange(0x110000) if r.random() < .5 else r.randrange(0x3000)
            if not 0xD800 <= c < 0xE000: out.append(chr(c))
    return ''.join(out)

BLOCK = 20000

def blocks(path):
    with open(path) as f:
        while lines := list(itertools.islice(f, BLOCK)): yield [json.loads(x) for x in lines]

def family(name, probe, byte_file, piece_file, strings):
    with tempfile.TemporaryDirectory() as d:
        json.dump(build(name, byte_file, piece_file), open(f'{d}/tokenizer.json', 'w'))
        theirs = Tokenizer.from_file(f'{d}/tokenizer.json'); done = differ = decoded = unicode_ = 0; examples = []
        with open(strings) as i, open(f'{d}/ours', 'w') as o: ours = subprocess.Popen([probe, 'tokenizer', d], stdin=i, stdout=o)
        want = ([e.ids for e in theirs.encode_batch_fast(texts, add_special_tokens=False)] for texts in blocks(strings))
        want = [(ids, theirs.decode_batch(ids, skip_special_tokens=False)) for ids in want]
        if ours.wait(): print(f'{name}: the probe ended with {ours.returncode}')
        with open(f'{d}/ours') as answers:
            for texts, (ids, back) in zip(blocks(strings), want):
                for t, w, b in zip(texts, ids, back):
                    line = answers.readline(); a = json.loads(line) if line else {}; done += 1
                    if a.get('ids') != w:
                        if any(unicodedata.category(c) == 'Cn' for c in t): unicode_ += 1; continue # assigned since Unicode 14, or never
                        differ += 1
                        if differ < 5: examples.append((t, w, a.get('ids', line)))
                    elif a['text'] != b:
                        decoded += 1
                        if decoded < 5: examples.append((t, b, a['text']))
        print(f'{name}: {done} strings, {differ} with other ids, {decoded} decoded differently, {unicode_} differ by characters that Python\'s Unicode 14 has not', flush=True)
        for e in examples: print('   ', *map(repr, e), flush=True)
        return differ + decoded

def main():
    probe, byte_file, piece_file = sys.argv[1:4]; count = int(sys.argv[4]) if len(sys.argv) > 4 else 20000; names = sys.argv[5:] or list(FAMILIES)
    with tempfile.TemporaryDirectory() as d:
        r = random.Random(int(os.environ.get('SEED', '0')))
        with open(f'{d}/strings', 'w') as f:
            for _ in range(count): f.write(json.dumps(text(r)) + '\n')
        sys.exit(any([family(name, probe, byte_file, piece_file, f'{d}/strings') for name in names]))
main()
