"""The normalizers, pre-tokenizers and decoders of tokenizer families, as their published files have them, for a vocabulary that is at hand."""
import json, os

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

def replace(pattern, content): return {'type': 'Replace', 'pattern': {'Regex': pattern}, 'content': content}
def dseq(*d): return {'type': 'Sequence', 'decoders': list(d)}
LLAMA_DECODER = dseq({'type': 'Replace', 'pattern': {'String': '▁'}, 'content': ' '}, norm('ByteFallback'), norm('Fuse'), {'type': 'Strip', 'content': ' ', 'start': 1, 'stop': 0})
METASPACE_DECODER = {'type': 'Metaspace', 'replacement': '▁', 'prepend_scheme': 'always', 'split': True}
FAMILIES.update({
    # Unigram: pieces with scores, see scored()
    'llm-jp': ('unigram', nseq(replace(r'(?<!\n)^', '▁'), replace(' ', '▁')), None, [], dseq(norm('ByteFallback'), replace('▁', ' '), norm('Fuse'), replace(r'(?<!\n)^ ', ''))),
    'llm-jp-2.1': ('unigram', nseq(replace('^', '▁'), replace('\\n▁', '\n'), replace(' ', '▁')), None, [], dseq(replace('▁', ' '), norm('Fuse'), replace(r'\n', '\n '), replace('^ ', ''))),
    'sarashina': ('unigram', None, metaspace('first', False), [], LLAMA_DECODER),
    'unigram-llama': ('unigram', FAMILIES['llama2'][1], None, [added('<|user|>', rstrip=True), added('the', normalized=True, special=False)], LLAMA_DECODER),
    'unigram-t5': ('unigram-unknown', norm('NFKC'), metaspace('always', True), [], METASPACE_DECODER),
    'unigram-words': ('unigram-unknown', None, seq(norm('WhitespaceSplit'), metaspace('always', True)), [], dseq(norm('ByteFallback'), METASPACE_DECODER)),
    # looking around
    'boundaries': ('bytes', replace(r'^\s|\b_\B', '#'), seq(split(r'\b\p{L}\w*|(?<=\d)\p{L}|\d+(?!\w)|(?<!x)\s+'), split(r'(?<![a-z])[A-Z]', 'MergedWithNext'), split(r'\B(?=\W)', 'Removed'), bytelevel())),
    'behind': ('bytes', replace(r'(?<=[ \n])\b|\Aa', '_'), seq(split(r'(?<=\s)\S+\b|\B.', 'Contiguous', True), bytelevel())),
    'empty-matches': ('unigram', nseq(replace(r'\B', '-'), replace(r'\b|\A', '▁'), replace('$', 'x')), None, [], dseq(METASPACE_DECODER)),
    'decoders': ('pieces', None, metaspace('never', False), [], dseq({'type': 'Strip', 'content': 'h', 'start': 1, 'stop': 0}, norm('ByteFallback'), {'type': 'Replace', 'pattern': {'String': 'the'}, 'content': '▁THE▁'}, METASPACE_DECODER, norm('Fuse'), replace('e', 'ee'), {'type': 'Strip', 'content': 'e', 'start': 2, 'stop': 0}, replace('^ ', ''))),
    # what encoders' files have
    'nmt': ('bytes', norm('Nmt'), seq(split(LLAMA3), bytelevel())),
    'accents': ('bytes', nseq(norm('NFKD'), norm('StripAccents'), norm('Lowercase')), seq(split(LLAMA3), bytelevel())),
    'accents-alone': ('bytes', norm('StripAccents'), bytelevel(True)),
    'bert-normalizer': ('bytes', dict(norm('BertNormalizer'), clean_text=True, handle_chinese_chars=True, strip_accents=None, lowercase=True), seq(norm('BertPreTokenizer'), bytelevel())),
    'bert-accents': ('bytes', dict(norm('BertNormalizer'), clean_text=False, handle_chinese_chars=False, strip_accents=True, lowercase=False), bytelevel()),
    'bert-clean': ('bytes', dict(norm('BertNormalizer'), clean_text=True, handle_chinese_chars=False, strip_accents=False, lowercase=False), bytelevel()),
})

# What SentencePiece 0.2.3 writes into a model for a normalization_rule_tsv of A for Ａ, fi for ﬁ, é for e and U+0301, nothing for U+0301, for \\r and for U+200D, a space for \\n, 1 for ①, gag for 각, GA for its letters, ":)" for 🙂; $CHARSMAP is a file with another, as base64 (nmt_nfkc's is 320 KB)
SMALL_CHARSMAP = 'AAQAAAAsAAAKDQAAAQAAgAAAAIDMAAIAgQkAAA0VAAAUAACAgS0AAIQMAgCAgAMA4QwCAKEJAACFgAIACgAAgIBIAgCNTQAAoA0AAAMAAICwGAIAgQUAABAAAICBBQAADQAAgKEFAAAIAACAn2ACAJkUAgCCBQAABQAAgJG8AgAeAAAArNwCACAAAAAjAAAAIgAAACUAAAAkAAAAJwAAACYAAAApAAAAKAAAACsAAAAqAAAALQAAACwAAAAvAAAALgAAALwkAgAwAAAAMwAAADIAAAA1AAAANAAAADcAAAA2AAAAOQAAADgAAAA7AAAAOgAAAD0AAAA8AAAAPwAAAD4AAABBAAAAQAAAAEMAAABCAAAARQAAAEQAAABHAAAARgAAAEkAAABIAAAASwAAAEoAAABNAAAATAAAAE8AAABOAAAAUQAAAFAAAABTAAAAUgAAAFUAAABUAAAAVwAAAFYAAABZAAAAWAAAAFsAAABaAAAAXQAAAFwAAABfAAAAXgAAAGEAAABgAAAAYwAAAGIAAABlAAAAZAAAAGcAAABmAAAAaQAAAGgAAABrAAAAagAAAG0AAABsAAAAZZgCAG4AAABxAAAAcAAAAHMAAAByAAAAdQAAAHQAAAB3AAAAdgAAAHkAAAB4AAAAewAAAHoAAAB9AAAAfAAAAH8AAAB+AAAAgQAAAIAAAACDAAAAggAAAIUAAACEAAAAhwAAAIYAAACJAAAAiAAAAIsAAACKAAAAjQAAAIwAAACPAAAAjgAAAJEAAACQAAAAkwAAAJIAAACVAAAAlAAAAJcAAACWAAAAmQAAAJgAAACbAAAAmgAAAJ0AAACcAAAAnwAAAJ4AAAChAAAAoAAAAKMAAACiAAAApQAAAKQAAACnAAAApgAAAKkAAACoAAAAqwAAAKoAAACtAAAArAAAAK8AAACuAAAAsQAAALAAAACzAAAAsgAAALUAAAC0AAAAtwAAALYAAAC5AAAAuAAAALsAAAC6AAAAvQAAALwAAAC/AAAAvgAAAMEAAADAAAAAwwAAAMIAAADFAAAAxAAAAMcAAADMOAEAyQAAAMgAAADLAAAAygAAAM0AAADMAAAAzwAAAM4AAADRAAAA0AAAANMAAADSAAAA1QAAANQAAADXAAAA1gAAANkAAADYAAAA2wAAANoAAADdAAAA3AAAAN8AAADeAAAA4QAAAOoIAQDjAAAA4gAAAO+gAQDkAAAA5wAAAOYAAADpAAAA4pgBAOGcAQDqAAAA7QAAAOwAAADvAAAA7gAAAPEAAADwAAAA8wAAAPIAAAD1AAAA9AAAAPcAAAD2AAAA+QAAAPgAAAD7AAAA8PgBAP0AAAD8AAAA/wAAAP4AAAAAIAAxADopAEEAR0EAZmkAZ2FnAMOpAA=='
CHARSMAP = {'type': 'Precompiled', 'precompiled_charsmap': open(os.environ['CHARSMAP']).read() if 'CHARSMAP' in os.environ else SMALL_CHARSMAP}
FAMILIES['precompiled'] = ('bytes', CHARSMAP, bytelevel())
FAMILIES['precompiled-t5'] = ('unigram-unknown', nseq(CHARSMAP, replace(' {2,}', '▁')), metaspace('always', True), [], METASPACE_DECODER)

def scored(vocabulary):
    """Pieces with scores of 17 digits; every third is of eighths, so that many ways are worth exactly the same."""
    out = []
    for text, i in sorted(vocabulary.items(), key=lambda x: x[1]):
        h = i * 2654435761 % 2**32 / 2**32
        out.append([text, 0.0 if i < 3 else -(round(8 * (3 + len(text) * 2 + h)) / 8 if i % 3 == 0 else 2 + len(text) * 1.7 + 5 * h)])
    return out

def build(name, byte_file, piece_file):
    kind, normalizer, pre, *more = FAMILIES[name]
    t = json.load(open(byte_file if kind == 'bytes' else piece_file))
    if kind.startswith('unigram'): t['model'] = {'type': 'Unigram', 'unk_id': 0, 'vocab': scored(t['model']['vocab']), 'byte_fallback': kind == 'unigram'}
    vocabulary = {x[0]: i for i, x in enumerate(t['model']['vocab'])} if kind.startswith('unigram') else t['model']['vocab']
    t['normalizer'], t['pre_tokenizer'], t['truncation'], t['padding'] = normalizer, pre, None, None
    if kind == 'bytes': t['decoder'] = bytelevel()
    if len(more) > 1: t['decoder'] = more[1]
    next_id = max(max(vocabulary.values()), *(x['id'] for x in t['added_tokens'])) + 1
    for token in more[0] if more else []:
        known = vocabulary.get(token['content'])
        t['added_tokens'].append(dict(token, id=next_id if known is None else known))
        next_id += known is None
    if name == 'llama3': t['model']['ignore_merges'] = True
    return t
