"""Compare our tokenizers with PyPI's. Usage: compare.py PROBE BYTE_LEVEL_TOKENIZER.json PIECE_TOKENIZER.json [STRINGS [FAMILY ...]]

The strings are made once (SEED in the environment, 0 otherwise) and are the same for all families; SCALARS=1 takes every scalar in a few places instead. Each answer of ours is made while PyPI's make theirs."""
import array, itertools, json, os, random, subprocess, sys, tempfile, unicodedata
from tokenizers import Tokenizer
from families import FAMILIES, build

POOLS = ["abcdefghijklmnopqrstuvwxyz", "ABCDEFGHIJKLMNOPQRSTUVWXYZ", "0123456789", " ", "  ", "\n", "\r\n\t", "'", ".,;:!?-_()[]{}<>|/\\\"#$%&*+=@^`~", "éèüßñçøåÆŒİıſKΩ",
         "\u0301\u0308\u0327\u20dd\u200d\u200b\ufeff\u00ad", "αβγδΣςθ", "привет", "你好世界漢字", "こんにちはカタカナ", "한국어각", "مرحبا", "हिन्दी", "ไทย", "٠١٢Ⅷ½²①", "\u00a0\u2003\u3000\u2028\u0085\u180e\u200a", "🙂👨‍👩‍👧🇩🇪👍🏽", "ǅǈʰªº", "_‿⁀", "‐—…“”«»", "▁", "ﬁﬀＡ１㎏ﷺ",
         "\u0323\u0301\u0327\u0345\u0334\u0304\u0307\u05b0\u0f71\u0f72\u0f73\u0f81\u093c\u3099\u302a\u1715\U00011938", "aeouAEOU\u01d5\u1e69\u0958\u09cb\u1112\u1161\u11ab\uac00\u212b\u2126\ufb2c\u0340\u0344\u2adc"]
WORDS = ["the", " the", "it's", "I'LL", "don't", "WE'VE", "HelloWorld", "naïve", " of", "ab", "xyz", "<|im_end|>", "<s>", "</s>", "<|endoftext|>", "http://a.b/c?d=e", "1234567", "3.14", "\n\n", "    ", " \n ", "'s", "'ſ", "ＡＢ", "e\u0301", "x-y", "[INST]", "<mask>", " <mask> ", "<|user|>", "<|user|>  ", "  <|end|>\n", "The", "Hello", "hello", " abc", "12", "<h1>"]

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

def scalars():
    for c in map(chr, itertools.chain(range(0xD800), range(0xE000, 0x33500), range(0xE0000, 0xE0200))): yield f'a{c}b {c}1x\u0345{c}\u0316 <mask>{c}The{c}Hello'

BLOCK = 20000

def blocks(path):
    with open(path, 'rb') as f:
        while (n := f.read(4)): yield f.read(int.from_bytes(n, 'little')).decode()

def batches(path):
    texts = blocks(path)
    while batch := list(itertools.islice(texts, BLOCK)): yield batch

def family(name, probe, byte_file, piece_file, strings):
    with tempfile.TemporaryDirectory() as d:
        json.dump(build(name, byte_file, piece_file), open(f'{d}/tokenizer.json', 'w'))
        theirs = Tokenizer.from_file(f'{d}/tokenizer.json'); done = differ = decoded = unicode_ = 0; examples = []
        with open(strings, 'rb') as i, open(f'{d}/ours', 'wb') as o: ours = subprocess.Popen([probe, 'tokenizer', d], stdin=i, stdout=o)
        want = []
        for texts in batches(strings):
            ids = [e.ids for e in theirs.encode_batch_fast(texts, add_special_tokens=False)]
            want.append(([array.array('i', i).tobytes() for i in ids], theirs.decode_batch(ids, skip_special_tokens=False)))
        if ours.wait(): print(f'{name}: the probe ended with {ours.returncode}')
        with open(f'{d}/ours', 'rb') as answers:
            number = lambda: int.from_bytes(answers.read(4), 'little')
            for texts, (ids, back) in zip(batches(strings), want):
                for t, w, b in zip(texts, ids, back):
                    got = answers.read(4 * number()); text_ = answers.read(number()).decode(); done += 1
                    if got != w:
                        if any(unicodedata.category(c) == 'Cn' for c in t): unicode_ += 1 # assigned since Unicode 14, or never
                        else: differ += 1
                        if len(examples) < 6: examples.append((t, list(array.array('i', w)), list(array.array('i', got))))
                    elif text_ != b:
                        decoded += 1
                        if len(examples) < 6: examples.append((t, b, text_))
        print(f'{name}: {done} strings, {differ + unicode_} with other ids ({unicode_} of them with characters that Python\'s Unicode 14 has not), {decoded} decoded differently', flush=True)
        for e in examples: print('   ', *map(repr, e), flush=True)
        return differ + unicode_ + decoded

def main():
    probe, byte_file, piece_file = sys.argv[1:4]; count = int(sys.argv[4]) if len(sys.argv) > 4 else 20000; names = sys.argv[5:] or list(FAMILIES)
    with tempfile.TemporaryDirectory() as d:
        r = random.Random(int(os.environ.get('SEED', '0')))
        with open(f'{d}/strings', 'wb') as f:
            for t in scalars() if os.environ.get('SCALARS') else (text(r) for _ in range(count)): b = t.encode(); f.write(len(b).to_bytes(4, 'little') + b)
        sys.exit(any([family(name, probe, byte_file, piece_file, f'{d}/strings') for name in names]))
main()
