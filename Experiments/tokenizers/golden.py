"""Writes Tests/Fixtures/golden/text/families.json: ids by PyPI's tokenizers of a few texts, the families' pieces on the reference model's vocabulary. Usage: golden.py TOKENIZER.json OUT"""
import json, sys, tempfile
from tokenizers import Tokenizer
from families import FAMILIES, build
TEXTS = ["Hello World, it's I'LL 12345  ok!!\n\n x", "  HelloWorld naïve ＡＢ ﬁ\t\r\n end ", "e\u0301É ŉ ſ 'ſ don'T-x-y", "你好世界。こんにちは 한국어\u3000٠١٢Ⅷ½²", "a1b22c333 d_e f.g(h)/i\\j  \n \n", "🙂👨‍👩‍👧 ǅungla\u00a0\u200b\u2028z", "<|im_start|>user\nHi<|im_end|>\n", "", "각가\u11b3 \u1fdf\u05b0 x\u0345\u0f73 a²b", "ab\ua7ce\U000323b0 \u3105ㆠ漢字x\u0295y \u166d\U00011938"]
out = {}
for name, (kind, normalizer, pre, *added) in FAMILIES.items():
    if kind != 'bytes' or added: continue
    d = build(name, sys.argv[1], sys.argv[1])
    t = Tokenizer.from_str(json.dumps(d))
    out[name] = {'normalizer': normalizer, 'pre_tokenizer': pre, 'decoder': d['decoder'], 'ignore_merges': bool(d['model'].get('ignore_merges')),
                 'cases': [{'text': x, 'ids': (i := t.encode(x, add_special_tokens=False).ids), 'decoded': t.decode(i, skip_special_tokens=False)} for x in TEXTS]}
json.dump(out, open(sys.argv[2], 'w'), ensure_ascii=False)
