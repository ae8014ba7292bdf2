"""Compare our Jinja with PyPI's jinja2 on random templates. Usage: compare.py PROBE [CASES [SEED]]

Four cases are of one template. Silent: ours renders another text, or renders what jinja2 refuses. Refused: jinja2 renders and ours says why not."""
import collections, datetime, json, os, re, warnings, subprocess, sys, signal, tempfile
from concurrent.futures import ProcessPoolExecutor
from generate import generator
from jinja2 import nodes
from jinja2.exceptions import TemplateError
from jinja2.ext import Extension, loopcontrols
from jinja2.sandbox import ImmutableSandboxedEnvironment

class Generation(Extension):
    tags = {'generation'}
    def parse(self, parser):
        line = next(parser.stream).lineno
        body = parser.parse_statements(['name:endgeneration'], drop_needle=True)
        return nodes.CallBlock(self.call_method('_generation'), [], [], body).set_lineno(line)
    def _generation(self, caller): return caller()

def environment():
    env = ImmutableSandboxedEnvironment(trim_blocks=True, lstrip_blocks=True, extensions=[Generation, loopcontrols])
    def raise_exception(message): raise TemplateError(message)
    def tojson(x, ensure_ascii=False, indent=None, separators=None, sort_keys=False):
        return json.dumps(x, ensure_ascii=ensure_ascii, indent=indent, separators=separators, sort_keys=sort_keys)
    def strftime_now(format): return datetime.datetime.now().strftime(format)
    env.globals['strftime_now'] = strftime_now
    env.filters['tojson'] = tojson; env.globals['raise_exception'] = raise_exception
    return env

warnings.simplefilter('ignore')

class Slow(Exception): pass
def alarm(*_): raise Slow()

def work(seeds):
    env = environment(); out = []
    signal.signal(signal.SIGALRM, alarm)
    known = (None, None, None)
    for seed in seeds:
        # A template is slow to compile there: each renders four conversations.
        if known[0] != seed // 4:
            template = generator(seed // 4).template()
            try: compiled = env.from_string(template)
            except Exception as x: compiled = x
            known = (seed // 4, template, compiled)
        _, template, compiled = known; g = generator(seed // 4); g.r.seed(f'variables {seed}'); variables = g.variables()
        try:
            signal.setitimer(signal.ITIMER_REAL, 2)
            if isinstance(compiled, Exception): raise compiled
            text, error = compiled.render(**variables), None
        except Slow: text, error = None, 'slow'
        except Exception as x: text, error = None, f'{type(x).__name__}: {x}'
        finally: signal.setitimer(signal.ITIMER_REAL, 0)
        out.append((template, variables, text, error))
    return out

def has_address(text): return re.search(r' at 0x[0-9a-f]{6,}', text) is not None

def judge(probe, cases):
    """Render `cases` (template, variables, text, error) with ours, print every kind of difference; whether one is silent."""
    lines = '\n'.join(json.dumps({'template': t, 'variables': v}) for t, v, _, _ in cases) + '\n'
    answers = subprocess.run([probe, 'templates'], input=lines, capture_output=True, text=True).stdout.split('\n')[:-1]
    if len(answers) != len(cases):
        print('crashed after', len(answers)); print(json.dumps({'template': cases[len(answers)][0], 'variables': cases[len(answers)][1]})); sys.exit(1)
    same = both = 0; silent = []; accepts = []; refused = collections.Counter(); examples = {}; addresses = 0
    for (template, variables, text, error), answer in zip(cases, answers):
        a = json.loads(answer)
        if text is not None and has_address(text): # a function or generator printed: no two runs agree
            if 'text' in a: silent.append((template, variables, text, a['text']))
            addresses += 1
        elif text is not None and 'text' in a:
            if text == a['text']: same += 1
            else: silent.append((template, variables, text, a['text']))
        elif text is None and 'text' not in a: both += 1
        elif text is None: 
            if error != 'slow': accepts.append((template, variables, error, a['text']))
        else:
            key = re.sub(r"'[^']*'|\d+", '…', a['error'].split(': ', 2)[-1]); refused[key] += 1; examples.setdefault(key, (template, a['error'], text))
    for kind, list_ in (('SILENT', silent), ('ACCEPTED', accepts)):
        for template, variables, want, got in list_[:8]: print(f'{kind}\n  {template!r}\n  {json.dumps(variables)[:300]}\n  want {want!r}\n  got  {got!r}')
    if os.environ.get('REFUSED'): # by jinja2: what the generator gets wrong
        for key, n in collections.Counter(re.sub(r"'[^']*'|\d+", '…', e)[:90] for _, _, _, e in cases if e).most_common(25): print(f'{n:6} {key}')
    for key, n in refused.most_common(12): print(f'{n:6} {key}\n       {examples[key][0]!r}\n       {examples[key][1]}')
    print(f'{len(cases)} cases: {same} equal, {both} refused by both, {sum(refused.values())} refused by ours alone, {addresses} with addresses, {len(silent)} SILENT, {len(accepts)} rendered where jinja2 refuses')
    return bool(silent or accepts)

def main():
    count = int(sys.argv[2]) if len(sys.argv) > 2 else 10000; first = int(sys.argv[3]) if len(sys.argv) > 3 else 0
    sys.exit(judge(sys.argv[1], work(range(first, first + count))))

if __name__ == '__main__': main()
