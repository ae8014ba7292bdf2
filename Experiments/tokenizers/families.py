"""The normalizers, pre-tokenizers and decoders of tokenizer families, as their published files have them, for a vocabulary that is at hand."""
import json

GPT2 = r"'s|'t|'re|'ve|'m|'ll|'d| ?\p{L}+| ?\p{N}+| ?[^\s\p{L}\p{N}]+|\s+(?!\S)|\s+"
LLAMA3 = r"(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}{1,3}| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+"
QWEN = LLAMA3.replace('{1,3}', '')
CASES = r"[^\r\n\p{L}\p{N}]?[\p{Lu}\p{Lt}\p{Lm}\p{Lo}\p{M}]*[\p{Ll}\p{Lm}\p{Lo}\p{M}]+%s|[^\r\n\p{L}\p{N}]?[\p{Lu}\p{Lt}\p{Lm}\p{Lo}\p{M}]+[\p{Ll}\p{Lm}\p{Lo}\p{M}]*%s|\p{N}%s| ?[^\s\p{L}\p{N}]+[\r\n/]*|\s*[\r\n]+|\s+(?!\S)|\s+"
TEKKEN = CASES % ('', '', '')
GPT4O = CASES % (("(?i:'s|'t|'re|'ve|'m|'ll|'d)?",) * 2 + ('{1,3}',))
CL100K = r"(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?+\p{L}++|\p{N}{1,3}| ?[^\s\p{L}\p{N}]++[\r\n]*+|\s*[\r\n]|\s+(?!\S)|\s+"
DEEPSEEK = [r'\p{N}{1,3}', r'[一-龥぀-ゟ゠-ヿ]+', r"[!\"#$%&'()*+,\-./:;<=>?@\[\\\]^_`{|}~][A-Za-z]+|[^\r\n\p{L}\p{P}\p{S}]?[\p{L}\p{M}]+| ?[\p{P}\p{S}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+"]
DEEPSEEK_CODER = ['[\r\n]', r'\s?\p{L}+', r'\s?\p{P}+', '[一-龥ࠀ-一가-퟿]+']

def split(p, behavior='Isolated', invert=False, kind='Regex'): return {'type': 'Split', 'pattern': {kind: p}, 'behavior': behavior, 'invert': invert}
def bytelevel(regex=False, prefix=False): return {'type': 'ByteLevel', 'add_prefix_space': prefix, 'trim_offsets': True, 'use_regex': regex}
def seq(*p): return {'type': 'Sequence', 'pretokenizers': list(p)}
def nseq(*p): return {'type': 'Sequence', 'normalizers': list(p)}
def norm(n): return {'type': n}
def digits(i=True): return {'type': 'Digits', 'individual_digits': i}
def metaspace(scheme, sp): return {'type': 'Metaspace', 'replacement': '▁', 'prepend_scheme': scheme, 'split': sp}

# name: (vocabulary, normalizer, pre-tokenizer)
FAMILIES = {
    'gpt2': ('bytes', None, bytelevel(True)),
    'gpt2-prefix': ('bytes', None, bytelevel(True, True)),
    'llama3': ('bytes', None, seq(split(LLAMA3), bytelevel())),
    'llama3-removed': ('bytes', None, seq(split(LLAMA3, 'Removed', True), bytelevel())),
    'qwen': ('bytes', norm('NFC'), seq(split(QWEN), bytelevel())),
    'tekken': ('bytes', None, seq(split(TEKKEN), bytelevel())),
    'gpt4o': ('bytes', None, seq(split(GPT4O), bytelevel())),
    'cl100k': ('bytes', None, seq(split(CL100K), bytelevel())),
    'deepseek': ('bytes', None, seq(*(split(p) for p in DEEPSEEK), bytelevel())),
    'deepseek-coder': ('bytes', None, seq(*(split(p) for p in DEEPSEEK_CODER), digits(), bytelevel())),
    'smollm': ('bytes', None, seq(digits(), bytelevel(True))),
    'falcon': ('bytes', None, seq({'type': 'Punctuation', 'behavior': 'Contiguous'}, bytelevel(True), digits(False), split('[0-9][0-9][0-9]'))),
    'llama2': ('pieces', nseq({'type': 'Prepend', 'prepend': '▁'}, {'type': 'Replace', 'pattern': {'String': ' '}, 'content': '▁'}), None),
    'mistral': ('pieces', None, metaspace('first', False)),
    'metaspace': ('pieces', None, metaspace('always', True)),
    'metaspace-never': ('pieces', norm('NFKC'), metaspace('never', True)),
    'gemma': ('pieces', {'type': 'Replace', 'pattern': {'String': ' '}, 'content': '▁'}, split(' ', 'MergedWithPrevious', kind='String')),
    'merged-next': ('bytes', norm('NFD'), seq(split(r'\s', 'MergedWithNext'), split('[aeiou]+', 'MergedWithPrevious'), bytelevel())),
    'contiguous': ('bytes', norm('NFKD'), seq(split(r'[^a-z]', 'Contiguous'), split('\\p{L}', 'Contiguous', True), bytelevel())),
    'words': ('bytes', nseq(norm('Lowercase'), {'type': 'Strip', 'strip_left': True, 'strip_right': True}, {'type': 'Replace', 'pattern': {'Regex': r'\s+'}, 'content': ' '}), seq({'type': 'Whitespace'}, {'type': 'Punctuation'}, digits(False), bytelevel(False))),
    'spaces': ('bytes', {'type': 'Replace', 'pattern': {'Regex': "[0-9]{2}|(?i:ab)"}, 'content': '#'}, seq({'type': 'WhitespaceSplit'}, split('-', 'Removed', kind='String'), split('x', 'MergedWithNext', True, kind='String'), bytelevel(False, True))),
}

def added(content, **flags): return dict(dict(content=content, single_word=False, lstrip=False, rstrip=False, normalized=False, special=True), **flags)
BLOOM = r" ?[^(\s|[.,!?…。，、।۔،])]+"
FALCON3 = r"'(?i:[sdmt]|ll|ve|re)|[^\r\n\p{L}\p{N}]?+\p{L}+|\p{N}{1,3}| ?[^\s\p{L}\p{N}]++[\r\n]*|\s*[\r\n]|\s+(?!\S)|\s+"
HAN = r"[\p{Han}]+|[^\r\n\p{L}\p{N}]?[\p{L}\p{M}&&[^\p{Han}]]+|\p{N}{1,3}| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+"
FAMILIES.update({
    'bloom': ('bytes', None, seq(split(BLOOM), bytelevel())),
    'falcon3': ('bytes', None, seq(split(FALCON3), digits(), bytelevel())),
    'han': ('bytes', None, seq(split(HAN), bytelevel())),
    'command-r': ('bytes', norm('NFC'), seq(digits(), bytelevel(True))),
    'bert': ('bytes', None, seq({'type': 'BertPreTokenizer'}, bytelevel())),
    'delimiter': ('bytes', norm('NFC'), seq({'type': 'CharDelimiterSplit', 'delimiter': 'e'}, {'type': 'Punctuation', 'behavior': 'MergedWithNext'}, split(r'\w+', 'Removed', True), bytelevel())),
    'yi': ('pieces', {'type': 'Replace', 'pattern': {'String': ' '}, 'content': '▁'}, None),
    # with added tokens of all kinds
    'phi3-added': ('pieces', FAMILIES['llama2'][1], None, [added('<|user|>', rstrip=True), added('<|end|>', rstrip=True), added('the', normalized=True, special=False)]),
    'gemma-added': ('pieces', FAMILIES['gemma'][1], FAMILIES['gemma'][2], [added('\n\n', special=False), added('\n\n\n', special=False), added('▁▁', special=False), added('▁▁▁▁', special=False), added('<h1>', special=False), added('<mask>', lstrip=True)]),
    'flags': ('bytes', norm('Lowercase'), bytelevel(True), [added('<mask>', lstrip=True), added('<|user|>', rstrip=True), added('<|end|>', lstrip=True, rstrip=True), added('The', normalized=True), added('ab', single_word=True), added('abc'), added('Hello', normalized=True, single_word=True, lstrip=True, special=False), added('x', single_word=True, rstrip=True), added('É', normalized=True)]),
    'flags-nfkc': ('bytes', nseq(norm('NFKC'), norm('Lowercase')), seq(split(LLAMA3), bytelevel()), [added('  ', normalized=True), added('ﬁ', normalized=True), added('fi', normalized=False), added(' a', normalized=True, rstrip=True), added('12', single_word=True, lstrip=True, rstrip=True)]),
    'flags-prepend': ('pieces', nseq({'type': 'Prepend', 'prepend': '▁'}, {'type': 'Replace', 'pattern': {'String': ' '}, 'content': '▁'}), metaspace('first', True), [added('the', normalized=True), added('▁of', normalized=True), added('<mask>', lstrip=True, normalized=True)]),
})

def build(name, byte_file, piece_file):
    kind, normalizer, pre, *more = FAMILIES[name]
    t = json.load(open(byte_file if kind == 'bytes' else piece_file))
    t['normalizer'], t['pre_tokenizer'], t['truncation'], t['padding'] = normalizer, pre, None, None
    if kind == 'bytes': t['decoder'] = bytelevel()
    next_id = max(max(t['model']['vocab'].values()), *(x['id'] for x in t['added_tokens'])) + 1
    for token in more[0] if more else []:
        known = t['model']['vocab'].get(token['content'])
        t['added_tokens'].append(dict(token, id=next_id if known is None else known))
        next_id += known is None
    if name == 'llama3': t['model']['ignore_merges'] = True
    return t
