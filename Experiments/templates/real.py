"""Compare our Jinja with PyPI's jinja2 on published templates. Usage: real.py PROBE COUNT FILE.jinja|FOLDER …

Each template renders COUNT random conversations. llama.cpp's sources have some seventy under models/templates, also those in
PyPI's `llama-cpp-python` (pip download --no-deps --no-binary :all: llama-cpp-python, vendor/llama.cpp/models/templates)."""
import copy, glob, os, random, signal, sys
from compare import Slow, alarm, environment, judge
from generate import Chat

# What published templates ask for beside the conversation.
FLAGS = {'enable_thinking': [True, False], 'thinking': [True, False], 'reasoning_effort': ['low', 'medium', 'high', 'none'], 'builtin_tools': [['python'], ['code_interpreter', 'web_search']],
    'date_string': ['26 Jul 2024'], 'xml_tools': [None], 'custom_system_prompt': ['Be kind.'], 'model_identity': ['You are it.'], 'keep_past_thinking': [True, False], 'preserve_thinking': [True, False],
    'clear_thinking': [True, False], 'think': [True, False], 'tools_in_user_message': [True, False], 'add_vision_id': [False], 'thinking_budget': [0, 512, -1], 'response_format': ['json'],
    'default_system_prompt': [True, False], 'safety_mode': ['strict', 'none'], 'citations': [True, False], 'low_effort': [True, False], 'system_prompt': ['Speak briefly.']}

def conversation(seed):
    """Variables of a conversation: the fuzzer's, or one whose roles, calls and answers are in order."""
    g = Chat(seed); v = g.variables(); r = random.Random(f'real {seed}')
    for key in ('s', 'n', 'f', 'b', 'none_', 'l', 'd', 'm', 'nested', 't', 'x', 'date_string', 'enable_thinking', 'custom_tools'): v.pop(key, None)
    v.update(bos_token='<s>', eos_token='</s>', pad_token='<pad>', unk_token='<unk>')
    if r.random() < .5: v['tools'] = None
    if r.random() < .2: v.pop('tools')
    for m in v['messages']:
        if r.random() < .6 and isinstance(m.get('content'), list): m['content'] = 'text'
        if r.random() < .7 and 'tool_calls' not in m and m['content'] is None: m['content'] = ''
        for call in m.get('tool_calls') or []:
            if r.random() < .5: call['id'] = 'abcdefghi'
            if r.random() < .2: call['function']['arguments'] = '{"city": "Paris"}'
            if r.random() < .2: call.update(call.pop('function'))
        if m['role'] == 'tool':
            m['tool_call_id'] = 'abcdefghi'; m['name'] = 'get_weather'
            if r.random() < .3: m['content'] = r.choice(['{"temperature": 21.5}', [{'type': 'text', 'text': 'rain'}], {'temperature': 21.5, 'sky': None}])
        if m['role'] == 'assistant' and r.random() < .2: m['thinking'] = 'Let me see.'
        if m['role'] == 'assistant' and r.random() < .1: m['reasoning'] = 'Hm.'
    messages = v['messages']
    if r.random() < .3 and len(messages) > 2: messages.append(copy.deepcopy(messages[-1]) if messages[-1]['role'] == 'tool' else {'role': 'user', 'content': 'And then?'})
    if r.random() < .1: messages.insert(0, {'role': 'developer', 'content': 'Answer in verse.'})
    for key, values in FLAGS.items():
        if r.random() < .15: v[key] = r.choice(values)
    return v

def main():
    probe, count = sys.argv[1], int(sys.argv[2])
    files = [f for name in sys.argv[3:] for f in (sorted(glob.glob(os.path.join(name, '*.jinja'))) if os.path.isdir(name) else [name])]
    env = environment(); cases = []; rendered = {}
    signal.signal(signal.SIGALRM, alarm)
    for file in files:
        template = open(file, encoding='utf-8').read()
        try: compiled = env.from_string(template)
        except Exception as x: compiled = x
        rendered[file] = 0
        for seed in range(count):
            variables = conversation(seed)
            try:
                signal.setitimer(signal.ITIMER_REAL, 5)
                if isinstance(compiled, Exception): raise compiled
                text, error = compiled.render(**copy.deepcopy(variables)), None; rendered[file] += 1
            except Slow: text, error = None, 'slow'
            except Exception as x: text, error = None, f'{type(x).__name__}: {x}'
            finally: signal.setitimer(signal.ITIMER_REAL, 0)
            cases.append((template, variables, text, error))
    few = [f'{os.path.basename(f)} {n}' for f, n in rendered.items() if n < count / 4]
    if few: print(f'rendered by jinja2 in less than a quarter of {count}: {", ".join(few)}')
    differs = judge(probe, cases)
    print(f'{len(files)} templates')
    sys.exit(differs)

if __name__ == '__main__': main()
