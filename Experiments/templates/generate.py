"""Generates random chat templates and the variables that they render."""
import random

WORDS = ['user', 'assistant', 'system', 'Hello', 'a b  c', ' x ', '', 'é', 'ß', 'Ǆ', 'ΑΣ', 'tool', '42', '4.5', 'x,y', 'a\nb\n\nc', '<&">', "it's", '{}', '%s', '🙂', 'ab-cd ef', '\t', '007', '-3', 'None', '日本', 'q\r\nz', '1_0', '0x1F', 'ﬁ', '\u2028', 'i̇', 'CamelCase (x)']
NAMES = ['messages', 'tools', 'x', 'y', 'z', 'm', 'ns', 'd', 'l', 's', 'n', 'f', 'b', 'none_', 'missing', 'loop', 't']
ATTRS = ['role', 'content', 'name', 'tool_calls', 'items', 'keys', 'get', 'a', 'b', 'count', 'x', 'length', 'upper', 'index', 'append', 'update']
TESTS = ['defined', 'undefined', 'none', 'string', 'mapping', 'number', 'integer', 'float', 'boolean', 'true', 'false', 'iterable', 'sequence', 'callable', 'odd', 'even', 'lower', 'upper', 'divisibleby', 'eq', 'equalto', 'ne', 'gt', 'lt', 'ge', 'le', 'in', 'sameas', 'filter', 'test', 'escaped', 'nosuch']
FILTERS0 = ['upper', 'lower', 'title', 'capitalize', 'trim', 'length', 'count', 'list', 'first', 'last', 'string', 'int', 'float', 'abs', 'reverse', 'sort', 'unique', 'min', 'max', 'sum', 'items', 'dictsort', 'tojson', 'join', 'round', 'safe', 'e', 'wordcount', 'urlencode', 'indent', 'default', 'nosuch', 'map', 'select', 'reject']
METHODS0 = ['upper', 'lower', 'strip', 'lstrip', 'rstrip', 'title', 'capitalize', 'split', 'rsplit', 'splitlines', 'isdigit', 'isalpha', 'isalnum', 'isspace', 'islower', 'isupper', 'items', 'keys', 'values', 'copy', 'isnumeric', 'isdecimal', 'isascii', 'isprintable', 'swapcase']

TAME = ['messages', 'tools', 'm', 'd', 'l', 's', 'n', 'f', 'b', 'none_', 'missing', 'message', 'content']
TAME_TESTS = ['defined', 'undefined', 'none', 'string', 'mapping', 'number', 'integer', 'float', 'boolean', 'true', 'false', 'iterable', 'sequence']

class Generator:
    def __init__(self, seed):
        self.r = random.Random(seed); self.depth = 0; self.loops = 0; self.size = 0
        self.tame = False
    def pick(self, *a): return self.r.choice(a)
    def chance(self, p): return self.r.random() < p
    def string(self):
        w = self.r.choice(WORDS)
        q = self.pick("'", '"')
        out = []
        for c in w:
            if c == q or c == '\\': out.append('\\' + c)
            elif c == '\n' and self.chance(.7): out.append('\\n')
            elif ord(c) > 127 and self.chance(.3): out.append('\\u%04x' % ord(c) if ord(c) < 65536 else '\\U%08x' % ord(c))
            else: out.append(c)
        if self.chance(.05): out.append(self.pick('\\x41', '\\101', '\\q', '\\a', '\\é', '\\\\', '\\0', '\\\n'))
        return q + ''.join(out) + q
    def literal(self):
        r = self.r.random()
        if r < .4: return self.string()
        if r < .65: return str(self.pick(0, 1, 2, 3, -1, 10, 7, 100))
        if r < .75: return self.pick('0.5', '1.0', '2.5', '1e3', '1e-7', '3.14159', '1e22', '123456789.125', '1_000', '0x1f', '0b101')
        return self.pick('true', 'false', 'none', 'True', 'None')
    def name(self): return self.r.choice(TAME if self.tame else NAMES)
    def expr(self, d=0):
        """Mostly of fitting types, sometimes of any."""
        self.size += 1
        if d > 4 or self.size > 60: return self.pick(self.literal(), self.name())
        if self.chance(.002 if self.tame else .12): return self.any(d)
        return self.pick(self.S, self.S, self.N, self.B, self.L, self.D)(d)
    def noisy(self, f, d):
        self.size += 1
        if self.chance(.001 if self.tame else .03): return self.any(d)
        if d > 4 or self.size > 60: return {self.S: 's', self.N: 'n', self.B: 'b', self.L: 'messages', self.D: 'd'}[f]
        return f(d)
    def S(self, d=0):
        e, S, N = d + 1, lambda: self.noisy(self.S, d + 1), lambda: self.noisy(self.N, d + 1)
        return self.pick(self.string, self.string, lambda: 's', lambda: 'bos_token', lambda: f'({S()}).{self.pick("upper", "lower", "strip", "lstrip", "rstrip", "title", "capitalize")}()',
            lambda: f'({S()} + {S()})', lambda: f'({S()} ~ {self.expr(e)})', lambda: f'{S()} | {self.pick("upper", "lower", "trim", "title", "capitalize", "string", "indent", "e", "safe", "reverse")}',
            lambda: f'{self.expr(e)} | {self.pick("string", "tojson", "tojson(indent=2)", "tojson(sort_keys=true)", "upper", "trim")}', lambda: f'({S()})[{self.r.randrange(-4, 5)}:{self.pick("", str(self.r.randrange(-4, 5)))}]',
            lambda: f'{self.noisy(self.L, e)} | join({self.pick("", self.string())})', lambda: f'({S()}).replace({S()}, {S()}{self.pick("", ", 1")})', lambda: f'{S()} | replace({S()}, {S()}{self.pick("", ", 1")})',
            lambda: f'({S()} if {self.noisy(self.B, e)} else {S()})', lambda: f'({S()}).{self.pick("center", "ljust", "rjust", "zfill")}({self.r.randrange(9)})', lambda: f'{S()} | truncate({self.r.randrange(3, 9)}{self.pick("", ", true", ", leeway=0")})',
            lambda: f'({S()}) * {self.r.randrange(3)}', lambda: f'"%s|%d".replace("d", "s") % ({self.expr(e)}, {N()})', lambda: f'"{{}} {{}}".format({self.expr(e)}, {S()})', lambda: f'"{{0:>6}}{{1:<4}}|{{a:05.1f}}".format({S()}, {N()}, a={N()})', lambda: f'"%5.1f|%-6s|%03d" | format({N()}, {S()}, {N()})',
            lambda: f'({S()}).{self.pick("strip", "lstrip", "rstrip", "removeprefix", "removesuffix")}({S()})', lambda: f'({S()}).join({self.noisy(self.L, e)} | map("string"))', lambda: f'{S()} | default({S()}, true)', lambda: 'missing | default(' + S() + ')', lambda: f'{S()} | urlencode', lambda: 'm.role', lambda: 'm["content"]', lambda: 'messages[0].role', lambda: f'{self.noisy(self.L, e)} | map(attribute="role") | join("-")')()
    def N(self, d=0):
        e, N = d + 1, lambda: self.noisy(self.N, d + 1)
        return self.pick(lambda: str(self.pick(0, 1, 2, 3, 10, 7)), lambda: self.pick('0.5', '2.5', '1e3', '1.0', '0x1f'), lambda: 'n', lambda: 'f', lambda: f'({N()} {self.pick("+", "-", "*", "/", "//", "%")} {N()})', lambda: f'(-{N()})',
            lambda: f'{self.pick(self.S, self.L, self.D)(e)} | {self.pick("length", "count")}', lambda: f'{self.noisy(self.S, e)} | int{self.pick("", "(7)", "(base=16)")}', lambda: f'{self.noisy(self.S, e)} | float', lambda: f'{N()} | round({self.pick("", "1", "2", "1, " + chr(39) + "floor" + chr(39))})', lambda: f'{N()} | abs', lambda: f'{N()} | int',
            lambda: f'({self.noisy(self.S, e)}).{self.pick("find", "rfind", "count")}({self.noisy(self.S, e)})', lambda: f'[{N()}, {N()}, {N()}] | {self.pick("min", "max", "sum", "first", "last")}', lambda: f'range({self.r.randrange(1, 5)}) | sum', lambda: f'({N()} ** {self.r.randrange(4)})', lambda: f'{self.noisy(self.S, e)} | wordcount')()
    def B(self, d=0):
        e, S, N, B = d + 1, lambda: self.noisy(self.S, d + 1), lambda: self.noisy(self.N, d + 1), lambda: self.noisy(self.B, d + 1)
        return self.pick(lambda: self.pick('true', 'false', 'b', 'add_generation_prompt'), lambda: f'({self.expr(e)} is {self.pick("", "not ")}{self.test(e)})', lambda: f'{self.name()} is {self.pick("", "not ")}{self.pick("defined", "none", "string", "mapping", "number", "sequence", "iterable", "undefined")}', lambda: f'({N()} {self.pick("==", "!=", "<", ">", "<=", ">=")} {N()})',
            lambda: f'({S()} {self.pick("==", "!=", "<", ">", "in", "not in")} {S()})', lambda: f'({S()}).{self.pick("startswith", "endswith")}({S()})', lambda: f'({B()} {self.pick("and", "or")} {B()})', lambda: f'(not {B()})', lambda: f'({self.expr(e)} {self.pick("==", "!=")} {self.expr(e)})', lambda: f'({S()} {self.pick("in", "not in")} {self.pick(self.L, self.D)(e)})',
            lambda: f'({S()}).{self.pick("isdigit", "isalpha", "isspace", "islower", "isupper", "isalnum", "isascii", "isprintable")}()', lambda: f'({self.noisy(self.L, e)} {self.pick("==", "<", ">=")} {self.noisy(self.L, e)})')()
    def L(self, d=0):
        e, L, S, a = d + 1, lambda: self.noisy(self.L, d + 1), lambda: self.noisy(self.S, d + 1), self.pick("'role'", "'content'", "'name'", "'a'")
        return self.pick(lambda: 'messages', lambda: 'messages', lambda: 'l', lambda: '[' + ', '.join(self.expr(d + 2) for _ in range(self.r.randrange(4))) + ']', lambda: '[' + ', '.join(S() for _ in range(self.r.randrange(4))) + ']', lambda: f'({S()}).split({self.pick("", S(), S() + ", 1", "none, 1")})', lambda: f'({S()}).rsplit({self.pick("", S(), S() + ", 1", "none, 1")})', lambda: f'({S()}).splitlines()',
            lambda: f'({L()})[{self.pick("", str(self.r.randrange(-3, 4)))}:{self.pick("", str(self.r.randrange(-3, 4)))}{self.pick("", ":-1", ":2")}]', lambda: f'({L()} + {L()})', lambda: f'{S()} | list', lambda: f'{L()} | reverse | list', lambda: f'range({self.r.randrange(5)}) | list', lambda: f'messages | selectattr({a}, {self.pick(chr(34) + "defined" + chr(34), chr(34) + "equalto" + chr(34) + ", " + S(), chr(34) + "string" + chr(34))}) | list',
            lambda: f'messages | rejectattr({a}{self.pick("", ", " + chr(34) + "none" + chr(34))}) | list', lambda: f'messages | map(attribute={a}{self.pick("", ", default=" + S())}) | list', lambda: f'{L()} | map("{self.pick("string", "upper", "length", "tojson", "trim", "title")}") | list', lambda: f'{L()} | select("{self.pick("string", "mapping", "defined", "number")}") | list', lambda: f'{L()} | map("string") | sort{self.pick("", "(reverse=true)", "(case_sensitive=true)")}', lambda: f'{L()} | map("string") | unique | list', lambda: f'{self.noisy(self.D, e)} | {self.pick("list", "items | list", "dictsort")}', lambda: f'{self.noisy(self.D, e)}.{self.pick("items()", "keys()", "values()")} | list',
            lambda: f'{L()} | {self.pick("batch(2)", "slice(2)", "batch(3, 0)", "slice(3, none)")} | list', lambda: f'messages | sort(attribute={a})', lambda: f'messages | groupby({a})', lambda: f'({L()}) * {self.r.randrange(3)}', lambda: f'({S()}).partition({S()})')()
    def D(self, d=0):
        return self.pick(lambda: 'd', lambda: 'd', lambda: 'm', lambda: 'messages[0]', lambda: 'messages[-1]', lambda: '{' + ', '.join(f'{self.pick(self.string(), self.string(), self.literal())}: {self.expr(d+2)}' for _ in range(self.r.randrange(4))) + '}', lambda: f'dict(a={self.expr(d+2)})', lambda: 'dict(d, b=2)', lambda: 'd.copy()')()
    def any(self, d=0):
        r = self.r.random()
        if r < .17: return self.literal()
        if r < .33: return self.name()
        if r < .43: return self.postfix(d)
        if r < .55: return self.filtered(d)
        if r < .62: return f'{self.expr(d+1)} is {self.pick("", "not ")}{self.test(d)}'
        if r < .72: return f'{self.expr(d+1)} {self.pick("+", "-", "*", "/", "//", "%", "~", "~", "+", "**")} {self.expr(d+1)}'
        if r < .78: return f'{self.expr(d+1)} {self.pick("==", "!=", "<", ">", "<=", ">=", "in", "not in")} {self.expr(d+1)}'
        if r < .82: return f'{self.expr(d+1)} {self.pick("and", "or")} {self.expr(d+1)}'
        if r < .84: return f'not {self.expr(d+1)}'
        if r < .86: return f'{self.expr(d+1)} if {self.expr(d+1)}' + (f' else {self.expr(d+1)}' if self.chance(.7) else '')
        if r < .88: return f'({self.expr(d+1)})'
        if r < .91: return '[' + ', '.join(self.expr(d+2) for _ in range(self.r.randrange(4))) + ']'
        if r < .93: return '(' + ', '.join(self.expr(d+2) for _ in range(self.pick(0, 2, 3))) + self.pick('', '') + ')'
        if r < .96: return '{' + ', '.join(f'{self.pick(self.string(), self.string(), self.literal())}: {self.expr(d+2)}' for _ in range(self.r.randrange(4))) + '}'
        if r < .97: return f'-{self.expr(d+2)}'
        return self.function(d)
    def test(self, d):
        t = self.r.choice(TAME_TESTS if self.tame else TESTS)
        if t in ('divisibleby', 'eq', 'equalto', 'ne', 'gt', 'lt', 'ge', 'le', 'in', 'sameas'):
            return f'{t}({self.expr(d+2)})' if self.chance(.6) else f'{t} {self.literal()}'
        return t
    def function(self, d):
        return self.pick(lambda: f'range({self.r.randrange(6)})', lambda: f'range({self.r.randrange(4)}, {self.r.randrange(9)}, {self.pick(1, 2, -1)})',
            lambda: f'namespace(a={self.expr(d+2)})', lambda: f'dict(a={self.expr(d+2)}, b=1)', lambda: f'mac({self.args(d)})', lambda: f'raise_exception({self.expr(d+2)})', lambda: f'dict({self.name()})')()
    def args(self, d):
        out = [self.expr(d+2) for _ in range(self.r.randrange(3))]
        if self.chance(.3): out.append(f'{self.pick("p", "q", "zz")}={self.expr(d+2)}')
        return ', '.join(out)
    def postfix(self, d):
        base = self.pick(self.name(), self.name(), self.name(), f'({self.expr(d+1)})', self.string())
        for _ in range(self.r.choice([1, 1, 2])):
            r = self.r.random()
            if r < .35: base += '.' + self.r.choice(ATTRS)
            elif r < .5: base += f'[{self.pick(self.string(), str(self.r.randrange(-3, 4)), self.expr(d+2))}]'
            elif r < .65:
                p = [self.pick('', str(self.r.randrange(-4, 5))) for _ in range(3)]
                base += '[' + p[0] + ':' + p[1] + (':' + p[2] if self.chance(.4) else '') + ']'
            elif r < .85: base += '.' + self.r.choice(METHODS0) + '()'
            else: base += self.method(d)
        return base
    def method(self, d):
        e = lambda: self.pick(self.string(), self.string(), self.literal(), self.expr(d+2))
        return self.pick(lambda: f'.startswith({e()})', lambda: f'.endswith({e()})', lambda: f'.split({e()})', lambda: f'.split({e()}, {self.r.randrange(3)})',
            lambda: f'.rsplit({e()}, 1)', lambda: f'.replace({e()}, {e()})', lambda: f'.replace({e()}, {e()}, {self.r.randrange(3)})', lambda: f'.strip({e()})',
            lambda: f'.lstrip({e()})', lambda: f'.rstrip({e()})', lambda: f'.find({e()})', lambda: f'.rfind({e()})', lambda: f'.count({e()})', lambda: f'.index({e()})',
            lambda: f'.join({self.name()})', lambda: f'.get({e()})', lambda: f'.get({e()}, {e()})', lambda: f'.format({self.args(d)})', lambda: f'.partition({e()})',
            lambda: f'.removeprefix({e()})', lambda: f'.removesuffix({e()})', lambda: f'.center({self.r.randrange(9)})', lambda: f'.zfill({self.r.randrange(9)})',
            lambda: f'.ljust({self.r.randrange(9)}, "-")', lambda: f'.append({e()})', lambda: f'.split(sep={e()}, maxsplit=1)', lambda: f'.split(none, {self.r.randrange(3)})', lambda: f'.rsplit(none, {self.r.randrange(3)})',
            lambda: f'.splitlines(true)', lambda: f'.startswith(("a", {e()}))', lambda: f'.startswith({e()}, {self.r.randrange(-3, 4)})')()
    def filtered(self, d):
        base = self.pick(self.name(), self.name(), self.literal(), f'({self.expr(d+1)})')
        for _ in range(self.r.choice([1, 1, 2])):
            base += ' | ' + (self.r.choice(FILTERS0) if self.chance(.5) else self.filter(d))
        return base
    def filter(self, d):
        e = lambda: self.pick(self.literal(), self.expr(d+2))
        a = lambda: self.pick("'role'", "'content'", "'a'", "'a.b'", '0', "'name'")
        b = lambda: self.pick('true', 'false')
        return self.pick(lambda: f'join({e()})', lambda: f'join(",", attribute={a()})', lambda: f'default({e()})', lambda: f'default({e()}, true)', lambda: f'd({e()}, boolean=true)',
            lambda: f'replace({e()}, {e()})', lambda: f'map(attribute={a()})', lambda: f'map(attribute={a()}, default={e()})', lambda: f'map("{self.r.choice(FILTERS0)}")', lambda: f'map("{self.r.choice(FILTERS0)}") | list',
            lambda: f'selectattr({a()})', lambda: f'selectattr({a()}, "{self.r.choice(TESTS)}") | list', lambda: f'selectattr({a()}, "equalto", {e()}) | list', lambda: f'rejectattr({a()}, "in", {e()}) | list',
            lambda: f'select("{self.r.choice(TESTS)}") | list', lambda: f'reject("eq", {e()}) | list', lambda: f'sort(reverse={b()})', lambda: f'sort(attribute={a()})', lambda: f'sort(true, {b()})',
            lambda: f'tojson(indent={self.pick("2", "0", "none", "4")})', lambda: f'tojson(sort_keys=true)', lambda: f'tojson(separators=(",", ":"))', lambda: f'tojson(ensure_ascii={b()})', lambda: f'tojson({self.pick("true", "2", "")})',
            lambda: f'indent({self.pick("2", "0", "width=3", chr(34)+"> "+chr(34), "2, true", "2, blank=true", "first=true")})', lambda: f'truncate({self.r.randrange(3, 12)}{self.pick("", ", true", ", false, " + self.string(), ", leeway=0")})',
            lambda: f'int({self.pick("7", "base=16", "0, 16", "default=none")})', lambda: f'float({e()})', lambda: f'round({self.pick("0", "1", "2", "1, " + chr(39) + "floor" + chr(39), "method=" + chr(39) + "ceil" + chr(39))})',
            lambda: f'batch({self.r.randrange(1, 4)}{self.pick("", ", 0")}) | list', lambda: f'slice({self.r.randrange(1, 4)}) | list', lambda: f'groupby({a()})', lambda: f'groupby({a()}) | list | length', lambda: f'dictsort({self.pick("true", "false, " + chr(39) + "value" + chr(39), "reverse=true", "by=" + chr(39) + "value" + chr(39))})',
            lambda: f'unique(attribute={a()}) | list', lambda: f'min(attribute={a()})', lambda: f'sum(start={e()})', lambda: f'sum({a()})', lambda: f'trim({e()})', lambda: f'center({self.r.randrange(12)})', lambda: f'format({self.args(d)})',
            lambda: f'attr({a()})', lambda: f'list', lambda: f'nosuch({e()})', lambda: f'map("default", {e()}) | list', lambda: f'items | list', lambda: f'upper({e()})')()
    def target(self): return self.pick('x', 'y', 'z', 'm', 'x, y', 'k, v', 't')
    def text(self):
        if self.chance(.03): return self.pick('{', '}')
        return self.r.choice(['', ' ', '\n', '  \n', '\n  ', 'T', ' T\n', '\n\n', '\t', '  ', 'é\r\n  ', '%', '# ', "\n \n"])
    def tag(self, s):
        return '{%' + self.pick('', '', '', '-', '-', '+') + ' ' + s + ' ' + self.pick('', '', '', '-', '-', '+') + '%}'
    def output(self):
        self.size = 0
        return '{{' + self.pick('', '', '-') + ' ' + self.expr() + ' ' + self.pick('', '', '-') + '}}'
    def body(self, d):
        out = []
        for _ in range(self.r.randrange(1, 4)):
            out.append(self.text()); out.append(self.statement(d))
        out.append(self.text())
        return ''.join(out)
    def statement(self, d=0):
        r = self.r.random(); t = self.tag
        self.size = 20
        if d > 3 or r < .4: return self.output()
        if r < .5:
            s = t('if ' + self.expr(1)) + self.body(d + 1)
            if self.chance(.3): s += t('elif ' + self.expr(1)) + self.body(d + 1)
            if self.chance(.4): s += t('else') + self.body(d + 1)
            return s + t('endif')
        if r < .66:
            it = self.pick('messages', 'messages', 'l', 's', 'd', 'd.items()', 'range(3)', self.expr(2), 'messages[1:]', 'd | dictsort')
            rec = self.chance(.08)
            self.loops += 1
            s = t(f'for {self.target()} in {it}' + (f' if {self.expr(2)}' if self.chance(.2) else '') + (' recursive' if rec else ''))
            s += self.body(d + 1)
            if self.chance(.4): s += '{{ ' + self.pick('loop.index', 'loop.first', 'loop.last', 'loop.index0', 'loop.length', 'loop.revindex', 'loop.previtem', 'loop.nextitem', 'loop.cycle("a", "b")', 'loop.changed(m)', 'loop.depth', 'loop') + ' }}'
            if rec and self.chance(.7): s += t('if loop.depth < 3') + '{{ loop(' + self.pick('l', 'x', 's') + ') }}' + t('endif')
            if self.chance(.15): s += t('if ' + self.expr(2)) + t(self.pick('break', 'continue')) + t('endif') + self.text()
            self.loops -= 1
            if self.chance(.15): s += t('else') + self.body(d + 1)
            return s + t('endfor')
        if r < .78:
            return t(f'set {self.pick("x", "y", "z", "ns.a", "ns.b", "x, y", "t", "m", "l", "loop")} = {self.expr(1)}' + self.pick('', '', '', ', 1'))
        if r < .82: return t(f'set {self.pick("x", "y", "t")}' + self.pick('', '', ' | upper', ' | trim | length')) + self.body(d + 1) + t('endset')
        if r < .86:
            return t(f'macro {self.pick("mac", "mac2")}({self.pick("", "p", "p, q=1", "p, q=p", "p=1, q=x")})') + self.body(d + 1) + self.pick('', '{{ p }}', '{{ q }}', '{{ kwargs }}', '{{ varargs }}', '{{ caller() if caller }}', '{{ x }}') + t('endmacro')
        if r < .88: return t(f'call{self.pick("", "", "(u)")} {self.pick("mac", "mac2")}({self.args(2)})') + self.body(d + 1) + t('endcall')
        if r < .90: return t('filter ' + self.pick('upper', 'trim', 'indent(2)', 'replace("a", "b")', 'upper | trim')) + self.body(d + 1) + t('endfilter')
        if r < .92: return t(f'with {self.pick("x", "y")} = {self.expr(2)}' + self.pick('', ', z = x')) + self.body(d + 1) + t('endwith')
        if r < .94: return t('raw') + self.pick('{{ x }}', '{% if %}', ' a \n') + t('endraw')
        if r < .96: return '{#' + self.pick('', '-') + ' c ' + self.pick('', '-') + '#}'
        if r < .98: return t('generation') + self.body(d + 1) + t('endgeneration')
        return self.output()
    def template(self):
        pre = self.pick('', '{% set ns = namespace(a=0, b=none) %}', '{% macro mac(p, q="d") %}<{{ p }}{{ q }}{{ caller() if caller is defined }}>{% endmacro %}', '{%- set x = 1 -%}')
        n = self.r.choice([1, 1, 2, 2, 3, 4])
        s = pre + ''.join(self.text() + self.statement() for _ in range(n)) + self.text()
        if self.chance(.02): # damage
            i = self.r.randrange(len(s) + 1); s = s[:i] + self.pick('{', '}', '%', '(', "'", '|') + s[i + self.r.randrange(2):]
        return s
    def value(self, d=0):
        r = self.r.random()
        if r < .5: return self.r.choice(WORDS)
        if r < .62: return self.pick(0, 1, 2, -3, 10)
        if r < .7: return self.pick(.5, 1.0, 1e17 / 3, 2.675, -0.0)
        if r < .8: return self.pick(True, False, None)
        if d > 2: return 'deep'
        if r < .9: return [self.value(d + 1) for _ in range(self.r.randrange(4))]
        return {self.pick('a', 'b', 'role', 'name', 'items', 'x'): self.value(d + 1) for _ in range(self.r.randrange(4))}
    def variables(self):
        roles = ['system', 'user', 'assistant', 'tool', 'User']
        messages = []
        for _ in range(self.r.choice([0, 1, 2, 2, 3, 3])):
            m = {'role': self.r.choice(roles), 'content': self.pick(self.r.choice(WORDS), self.r.choice(WORDS), None, [{'type': 'text', 'text': self.r.choice(WORDS)}])}
            if self.chance(.2): m['tool_calls'] = [{'type': 'function', 'function': {'name': 'f', 'arguments': {'a': {'b': 1}, 'é': [1, 2.5, None, True]}}}]
            if self.chance(.2): m['name'] = self.r.choice(WORDS)
            messages.append(m)
        v = {'messages': messages, 'add_generation_prompt': self.pick(True, False), 'bos_token': '<s>', 'tools': self.pick(None, [{'type': 'function', 'function': {'name': 'f', 'parameters': {'b': 1, 'a': [1, 2]}}}]),
             's': self.r.choice(WORDS), 'n': self.pick(0, 1, 5, -7, 1234567), 'f': self.pick(.1, 2.5, -1.5, 1e16, 3.0), 'b': self.pick(True, False), 'none_': None,
             'l': [self.value(1) for _ in range(self.r.randrange(4))], 'd': {self.pick('a', 'b', 'role', 'name', 'items', 'x', 'Z'): self.value(1) for _ in range(self.r.randrange(4))}}
        if self.chance(.3): v['x'] = self.value()
        if self.chance(.8): v['m'] = self.value() if self.chance(.2) else {'role': 'user', 'content': self.r.choice(WORDS), 'a': 1}
        if self.chance(.2): v['t'] = self.value()
        return v

class Chat(Generator):
    """Templates as models have them: valid but for a few, with a conversation that fits."""
    def __init__(self, seed):
        super().__init__(seed); self.tame = True; self.inside = False; self.room = 8
    def small(self, f, n=54):
        self.size = n; return f(3)
    def string(self):
        return super().string() if self.chance(.3) else self.pick("'<|im_start|>'", '"\\n"', "'<|im_end|>\\n'", "'user'", '"assistant"', "' '", '"<tool_call>\\n{\\"name\\": \\""', "'</think>'", "'\\n\\n'", "'[INST] '", "'text'", "''", '"## Tools\\n"')
    def text(self):
        return self.r.choice(['', '', '\n', '\n', '    ', '\n    ', '\n\n', ' ', '<|user|>\n', 'You are a bot.\n', '# Tools\n\n', '{"name": ', '\t'])
    def value(self, d=0):
        return super().value(d)
    def condition(self):
        m = self.m()
        return self.pick(lambda: f"{m}['role'] == {self.pick(chr(34) + 'user' + chr(34), chr(39) + 'system' + chr(39), chr(39) + 'assistant' + chr(39))}", lambda: f'{m}.role == "tool"', lambda: f'{m}.content is {self.pick("string", "not none", "none", "iterable and " + m + ".content is not string", "defined")}', lambda: f'{m}.tool_calls', lambda: f"{m}.tool_calls is defined and {m}.tool_calls is not none", lambda: f"'tool_calls' in {m}", lambda: 'tools', lambda: 'tools is not none and tools | length > 0', lambda: 'add_generation_prompt',
            lambda: "documents is defined", lambda: "enable_thinking is defined and enable_thinking is false", lambda: "not date_string is defined", lambda: f"{m}.role in ['user', 'system']", lambda: f'({m}.role == "user") == (n % 2 == 0)', lambda: f"'</think>' in {self.c()}", lambda: f"{self.c()}.startswith({self.string()})", lambda: "messages[0]['role'] == 'system'", lambda: f'{m}.get("name") is not none', lambda: 'ns.flag', lambda: 'ns.count > 1', lambda: f'not ({self.small(self.B)})', lambda: self.small(self.B), lambda: f'{m}.name is defined and {m}.name', lambda: 'custom_tools is defined', lambda: "messages[-1].role != 'assistant' and not ns.flag", lambda: f'"text" in {m}.content', lambda: f'{m} is mapping', lambda: f'{m}.reasoning_content is string',
            *([lambda: 'loop.first', lambda: 'not loop.last', lambda: 'loop.index0 % 2 == 0', lambda: 'loop.index == loop.length', lambda: 'loop.previtem is defined and loop.previtem.role == "tool"', lambda: '(loop.last or loop.nextitem.role != "tool")', lambda: 'loop.index0 == 0 and ns.system is defined'] if self.inside else []))()
    def m(self): return self.pick('message', 'message', 'message', 'messages[0]', 'messages[-1]') if self.inside else self.pick('messages[0]', 'messages[-1]', 'm')
    def c(self): return f'({self.m()}.content | string)' if self.chance(.7) else f'({self.m()}["content"] or "")'
    def printed(self):
        m, c, S = self.m(), self.c(), self.string
        return self.pick(lambda: f"{S()} + {m}['role'] + {S()} + {c} + {S()}", lambda: f'{m}.role', lambda: f'{m}.content', lambda: f'{m}["content"] | {self.pick("trim", "tojson", "string", "default(" + S() + ", true)", "string | length", "list | first", "string | title")}', lambda: 'bos_token', lambda: f'{c}.split({self.pick(chr(39) + "</think>" + chr(39), "", S())})[{self.pick("0", "-1")}].{self.pick("strip", "lstrip", "rstrip")}({self.pick("", chr(39) + chr(92) + "n" + chr(39))})' if False else f'{c}.split("</think>")[{self.pick("0", "-1")}].{self.pick("strip", "lstrip", "rstrip")}({self.pick("", chr(39) + chr(92) + "n" + chr(39))})',
            lambda: f'{S()} ~ {self.small(self.S)} ~ {S()}', lambda: f'tools | tojson{self.pick("", "(indent=2)", "(indent=4)", "(ensure_ascii=false)", "(separators=(" + chr(39) + "," + chr(39) + ", " + chr(39) + ": " + chr(39) + "))")}', lambda: 'tools[0].function.parameters.properties | dictsort', lambda: f'{m}.tool_calls | default([]) | tojson', lambda: f'strftime_now({self.pick("%d %b %Y", "%Y-%m-%d", "%B %d, %Y", "%A", "%j %U %y %%")!r})', lambda: 'date_string', lambda: f'{c}[{self.pick("", "1", "-3", "2")}:{self.pick("", "5", "-1", "n")}]', lambda: f"{S()} if {self.condition()} else {S()}", lambda: f"{S()} if {self.condition()}", lambda: f'{c} | {self.pick("trim", "upper", "lower", "length", "replace(" + S() + ", " + S() + ")", "indent(2)", "indent(4, true)", "e", "safe", "capitalize", "wordcount", "truncate(9)", "first", "list | join(" + S() + ")", "urlencode", "center(12)", "int", "float")}', lambda: f"messages | {self.pick('length', 'map(attribute=' + repr('role') + ') | join(' + repr(', ') + ')', 'selectattr(' + repr('role') + ', ' + repr('equalto') + ', ' + repr('user') + ') | list | length', 'rejectattr(' + repr('role') + ', ' + repr('in') + ', [' + repr('user') + ']) | map(attribute=' + repr('content') + ') | list', 'map(attribute=' + repr('name') + ', default=' + repr('?') + ') | list', 'groupby(' + repr('role') + ') | map(' + repr('first') + ') | list', 'sort(attribute=' + repr('role') + ') | first', 'first', 'last', 'batch(2) | list | length')}",
            lambda: f'{c}.replace({S()}, {S()})', lambda: f'ns.{self.pick("flag", "count", "system")}', lambda: f'{m}.get({self.pick(chr(34) + "name" + chr(34), chr(34) + "x" + chr(34) + ", " + S())})', lambda: 'render(message if message is defined else m)', lambda: f'field({S()}, {self.small(self.N)})', lambda: f'field(value={self.small(self.S)}, name={S()})', lambda: 'type_of(tools[0].function.parameters)' , lambda: self.small(self.S), lambda: self.small(self.N), lambda: self.small(self.L), lambda: f'{m}.reasoning_content | default("")', lambda: f'"%s: %d" | format({m}.role, n)', lambda: f'"{{}}={{:>5}}".format({m}.role, n)', lambda: 'range(3) | map("string") | join("-")', lambda: f'{c}.{self.pick("isdigit", "islower", "splitlines", "title", "count(" + chr(39) + "a" + chr(39) + ")", "find(" + S() + ")", "endswith(" + S() + ")", "partition(" + chr(39) + " " + chr(39) + ")", "strip(" + S() + ")")}'
                + '' if False else f'{c}.{self.pick("strip", "upper", "lower", "splitlines", "title", "isdigit")}()', lambda: f'{c}.{self.pick("count", "find", "endswith", "strip", "removeprefix", "rfind")}({S()})', lambda: f'{m}.items() | list', lambda: f'{m}.keys() | join(",")', lambda: '[1, 2] + [n]', lambda: '{"role": s, "n": n} | tojson', lambda: f'({m}.content | selectattr("type", "equalto", "text") | map(attribute="text") | join("\\n")) if {m}.content is not string and {m}.content else ""',
            *([lambda: f'loop.{self.pick("index", "index0", "first", "last", "length", "revindex", "revindex0", "depth", "depth0")}', lambda: f'loop.cycle({S()}, {S()})', lambda: f'loop.changed({m}.role)', lambda: '(loop.previtem or {}).role', lambda: 'loop.nextitem.role if not loop.last else "end"'] if self.inside else []))()
    def output(self): return '{{' + self.pick('', '', '-') + ' ' + self.printed() + ' ' + self.pick('', '', '-') + '}}'
    def loop(self, head, body, d, last=''):
        t = self.tag; before = self.inside; self.inside = True
        s = t(f'for {head}') + self.text() + body() + self.text()
        if self.chance(.12): s += t('if ' + self.condition()) + t(self.pick('break', 'continue')) + t('endif') + self.output()
        self.inside = before
        if self.chance(.1): s += t('else') + self.body(d + 1)
        return s + t('endfor')
    def statement(self, d=0):
        t, S = self.tag, self.string; self.room -= 1
        if self.room < 0 or d > 3: return self.output()
        body = lambda: self.body(d + 1)
        def choice():
            s = t('if ' + self.condition()) + body()
            for _ in range(self.r.choice([0, 0, 1, 2])): s += t('elif ' + self.condition()) + body()
            return s + (t('else') + self.pick(body, body, lambda: t(f'if n == 987') + '{{ raise_exception("Unexpected role: " + messages[0].role) }}' + t('endif'))() if self.chance(.5) else '') + t('endif')
        def messages():
            return self.loop(f'message in {self.pick("messages", "messages", "messages", "messages[1:]", "loop_messages", "messages[::-1]", "messages | reverse", "messages if message.role != " + repr("system"), "messages | selectattr(" + repr("role") + ", " + repr("ne") + ", " + repr("tool") + ")")}', body, d)
        def tools(): return t('if tools') + self.loop('tool in tools', lambda: self.pick('{{ tool | tojson }}', '{{- tool.function | tojson(indent=4) -}}', '{{ tool.function.name }}: {{ tool["function"]["description"] }}') + t('if not loop.last') + ', ' + t('endif'), d) + t('endif')
        def calls():
            return t(f'for call in {self.m()}.tool_calls or []') + t('if call.function is defined') + t('set call = call.function') + t('endif') + self.pick('{{ call.name }}({{ call.arguments | tojson }})', '{"name": "{{ call.name }}", "arguments": {{ call.arguments if call.arguments is string else call.arguments | tojson }}}', '{% for k, v in call.arguments.items() %}<p={{ k }}>{{ v if v is string else v | tojson }}</p>{% endfor %}', '{%- for k, v in call.arguments | dictsort -%}{{ k }}={{ v }};{% endfor -%}') + self.text() + t('endfor')
        def parts():
            return t(f'for part in {self.m()}.content or []') + self.pick('{% if part.type == "text" %}{{ part.text }}{% endif %}', '{{ part["text"] if part is mapping else part }}', '{{ part.type ~ loop.index }}') + t('endfor')
        def documents(): return t('for document in documents | default([])') + self.pick('{{ loop.index }}: {{ document.title }}\n{{ document["text"] | trim }}', '{{ document | tojson }}', '{% for key, value in document.items() %}{{ key }}={{ value }}{% endfor %}', '<{{ document.title | replace(" ", "_") | lower }}>') + self.text() + t('endfor')
        def settings():
            return self.pick(lambda: t(f'set ns.flag = {self.small(self.B)}'), lambda: t('set ns.count = ns.count + 1'), lambda: t(f'set ns.system = {self.c()}'), lambda: t(f'set content = {self.c()}'), lambda: t(f'set content = {self.printed()}'), lambda: t('set loop_messages = messages[1:]'), lambda: t(f'set {self.pick("x", "y")}') + body() + t('endset') + '{{ x }}{{ y | default("") }}', lambda: t('set index = (messages | length - 1) - ' + ('loop.index0' if self.inside else '1')), lambda: t('set ns.last = messages[-1].role'), lambda: t('set a, b = ' + self.pick('1, 2', '"xy"', 'n, s')) + '{{ a }}{{ b }}', lambda: t('set content = content | default("") ~ ' + S()))()
        def others():
            return self.pick(lambda: t('generation') + body() + t('endgeneration'), lambda: t('filter ' + self.pick('trim', 'upper', 'indent(2)', 'replace("a", "b")')) + body() + t('endfilter'), lambda: t('with x = ' + self.small(self.S)) + '{{ x }}' + body() + t('endwith'), lambda: t('call field("c")') + body() + t('endcall'), lambda: t('raw') + '{{ raw }}{% x %}' + t('endraw'), lambda: '{#' + self.pick('', '-') + ' a comment {{ }} ' + self.pick('', '-') + '#}', lambda: t('if n == 987') + '{{ raise_exception("Conversation roles must alternate") }}' + t('endif'), lambda: self.loop('k, v in ' + self.pick('m.items()', 'd.items()', 'd | dictsort', 'd | items'), lambda: '{{ k }}{{ v }}', d), lambda: self.loop('i in range(' + self.pick('3', 'messages | length', '1, 4', '3, 0, -1') + ')', lambda: '{{ i }}' + self.text() + '{{ loop.index }}', d),
                lambda: t('for x in nested recursive') + '{{ x.a if x is mapping else x }}' + t('if x.kids') + '({{ loop(x.kids) }})' + t('endif') + t('endfor'))()
        return self.r.choice([self.output] * 5 + [choice] * 5 + [messages] * 4 + [tools, calls, calls, parts, documents, settings, settings, settings, others, others])()
    def body(self, d):
        return ''.join(self.text() + self.statement(d) for _ in range(self.r.choice([1, 1, 1, 2, 2, 3]))) + self.text()
    def template(self):
        t = self.tag
        s = t('set ns = namespace(flag=false, count=0' + self.pick('', ', system=""', ', last=none') + ')') + t('set loop_messages = messages') + t('set content = ""')
        macros = {'render': 'macro render(message)|{{ message.role }}: {{ message.content if message.content is string else "?" }}', 'field': 'macro field(name, value="", extra=none)|{% if extra is none %}{{ name ~ ":" ~ value }}{% else %}{{ extra }}{% endif %}{{ caller() if caller is defined }}', 'type_of': 'macro type_of(schema, depth=0)|{% if schema.type == "object" %}{ {% for k, v in schema.properties.items() %}{{ k }}: {{ type_of(v, depth + 1) }}{% if not loop.last %}, {% endif %}{% endfor %} }{% elif schema.type is string %}{{ schema.type | upper }}{% else %}any{% endif %}'}
        rest = ''.join(self.text() + self.statement() for _ in range(self.r.choice([2, 3, 4, 5]))) + self.text()
        if self.chance(.6): rest += t('if add_generation_prompt') + "{{ '<|im_start|>assistant\\n' }}" + t('endif')
        for name in ('render', 'field', 'type_of'):
            if name + '(' in rest:
                head, inside = macros[name].split('|', 1); s += self.text() + t(head) + inside + self.pick('', '\n') + t('endmacro')
        s += rest
        if self.chance(.01):
            i = self.r.randrange(len(s) + 1); s = s[:i] + self.pick('{', '}', '%', '(', "'", '|') + s[i + self.r.randrange(2):]
        return s
    def variables(self):
        v = super().variables(); W = lambda: self.r.choice(WORDS + ['<think>\na b\n</think>\n\nHi', 'Hello <|im_end|>', 'line\n  line'])
        messages = [{'role': 'system', 'content': W()}] if self.chance(.5) else []
        for i in range(self.r.choice([1, 2, 3, 4])):
            m = {'role': ['user', 'assistant'][i % 2], 'content': W()}
            if i % 2 and self.chance(.4): m['tool_calls'] = [{'id': 'a1', 'type': 'function', 'function': {'name': 'get_weather', 'arguments': {'city': W(), 'n': 3, 'deep': {'é': [1, 2.5, None, True]}}}}]
            if i % 2 and self.chance(.3): m['reasoning_content'] = W()
            if self.chance(.1): m['content'] = [{'type': 'text', 'text': W()}, {'type': 'image'}]
            if 'tool_calls' in m and self.chance(.4): m['content'] = None
            if self.chance(.15): m['name'] = W()
            messages.append(m)
            if 'tool_calls' in m: messages.append({'role': 'tool', 'content': W(), 'tool_call_id': 'a1'})
        v['messages'] = messages; v['m'] = {'role': 'user', 'content': W(), 'a': 1}
        v['tools'] = self.pick(None, [], [{'type': 'function', 'function': {'name': 'get_weather', 'description': W(), 'parameters': {'type': 'object', 'properties': {'city': {'type': 'string', 'description': '<b>&'}, 'n': {'type': ['integer', 'null']}}, 'required': ['city']}}}] * self.pick(1, 2))
        if not v['tools'] and self.chance(.9): v['tools'] = [{'type': 'function', 'function': {'name': 'f', 'description': 'd', 'parameters': {'type': 'object', 'properties': {}}}}]
        v['l'] = [W() for _ in range(self.r.randrange(4))]; v['nested'] = [{'a': 1, 'kids': [{'a': W()}, {'a': 2, 'kids': [{'a': 3}]}]}, {'a': W()}]
        for key, value in (('documents', [{'title': 'A b', 'text': W()}, {'title': W(), 'text': 'x'}]), ('enable_thinking', self.pick(True, False)), ('date_string', '26 Jul 2024'), ('custom_tools', None)):
            if self.chance(.4): v[key] = value
        if self.chance(.9): v['date_string'] = '26 Jul 2024'
        return v

def generator(seed):
    """Three of four are such as models have."""
    return Generator(seed) if seed % 4 == 3 else Chat(seed)
