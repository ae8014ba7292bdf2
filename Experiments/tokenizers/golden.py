"""Writes families.json and unigram.json into Tests/Fixtures/golden/text: ids by PyPI's tokenizers of a few texts, the families' pieces on the reference model's vocabulary, and on the pieces of these texts. Usage: golden.py TOKENIZER.json OUT_FOLDER"""
import json, sys
from tokenizers import Tokenizer
from families import FAMILIES, build, scored
TEXTS = ["Hello World, it's I'LL 12345  ok!!\n\n x", "  HelloWorld naïve ＡＢ ﬁ\t\r\n end ", "e\u0301É ŉ ſ 'ſ don'T-x-y", "你好世界。こんにちは 한국어\u3000٠١٢Ⅷ½²", "a1b22c333 d_e f.g(h)/i\\j  \n \n", "🙂👨‍👩‍👧 ǅungla\u00a0\u200b\u2028z", "<|im_start|>user\nHi<|im_end|>\n", "", "각가\u11b3 \u1fdf\u05b0 x\u0345\u0f73 a²b", "ab\ua7ce\U000323b0 \u3105ㆠ漢字x\u0295y \u166d\U00011938"]

def cases(d):
    t = Tokenizer.from_str(json.dumps(d))
    return [{'text': x, 'ids': (i := t.encode(x, add_special_tokens=False).ids), 'decoded': t.decode(i, skip_special_tokens=False)} for x in TEXTS]

def write(name, x): json.dump(x, open(f'{sys.argv[2]}/{name}.json', 'w'), ensure_ascii=False)

out = {}
for name, (kind, normalizer, pre, *more) in FAMILIES.items():
    if kind != 'bytes' or more: continue
    d = build(name, sys.argv[1], sys.argv[1])
    out[name] = {'normalizer': normalizer, 'pre_tokenizer': pre, 'decoder': d['decoder'], 'ignore_merges': bool(d['model'].get('ignore_merges')), 'cases': cases(d)}
write('families', out)

marked = ['▁' + x.replace(' ', '▁') for x in TEXTS[:-1]]
pieces = ['<unk>', '<s>', '</s>', *(f'<0x{b:02X}>' for b in range(256)), *sorted({x[i:i + n] for x in marked for n in (1, 2, 3, 5) for i in range(len(x) - n + 1) if n < 3 or i % n == 0})]
vocabulary = scored({x: i for i, x in enumerate(pieces)}); out = {}
for name, (kind, normalizer, pre, *more) in FAMILIES.items():
    if not kind.startswith('unigram') or more[0]: continue
    parts = {'normalizer': normalizer, 'pre_tokenizer': pre, 'decoder': more[1]}
    out[name] = dict(parts, byte_fallback=kind == 'unigram', cases=cases({'version': '1.0', 'added_tokens': [], 'post_processor': None, **parts, 'model': {'type': 'Unigram', 'unk_id': 0, 'vocab': vocabulary, 'byte_fallback': kind == 'unigram'}}))
write('unigram', {'vocab': vocabulary, 'families': out})
