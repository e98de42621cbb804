/// The program that asks Jinja. It gets a `RenderRequest` on standard input and answers each question with one line; it
/// ends with status 3 where there is no Jinja.
///
/// Nothing in it opens a file: templates come with the request. The sandbox is the one LAVA renders in, so that what
/// dictionaries do there (a list that grows by `append`) works here. Multiplication and powers are bounded, since one of
/// them can eat all memory in a single step.
public enum RenderScript {
    public static let text = #"""
        import json, re, signal, sys, traceback

        try:
            import jinja2, jinja2.debug, jinja2.meta, jinja2.nodes, jinja2.sandbox
        except ImportError:
            sys.exit(3)

        SECONDS = 5
        LARGEST = 1 << 20
        WIDE = re.compile(r"[0-9]{4}|[*]")

        request = json.load(sys.stdin)

        class TooMuch(Exception):
            pass

        def too_long(*_):
            raise TooMuch("it runs longer than %d s" % SECONDS)

        # Who started us may have blocked it.
        signal.pthread_sigmask(signal.SIG_SETMASK, [])
        signal.signal(signal.SIGVTALRM, too_long)

        class Sandbox(jinja2.sandbox.SandboxedEnvironment):
            intercepted_binops = frozenset(["*", "**", "%"])

            def call_binop(self, context, operator, left, right):
                if operator == "*":
                    for many, times in ((left, right), (right, left)):
                        is_many = isinstance(many, (str, list, tuple))
                        if is_many and isinstance(times, int) and len(many) * abs(times) > LARGEST:
                            raise TooMuch("a value grows beyond %d" % LARGEST)
                    if all(isinstance(each, int) and abs(each) > 1 << 64 for each in (left, right)):
                        raise TooMuch("a number grows too large")
                if operator == "**" and not (abs(left) <= 1 << 16 and abs(right) <= 64):
                    raise TooMuch("a number grows too large")
                if operator == "%" and isinstance(left, str) and (len(left) > 1000 or WIDE.search(left)):
                    raise TooMuch("a text with places in it becomes too long")
                return super().call_binop(context, operator, left, right)

        def stem(name):
            return name[:-7] if name.endswith(".jinja2") else name

        class Lab:
            """Loads templates; what lies behind `stops` is empty."""

            def __init__(self, with_types, with_all):
                self.with_types, self.with_all = with_types, with_all
                self.stops = set()
                self.env = Sandbox(autoescape=False, trim_blocks=True, loader=jinja2.FunctionLoader(self.load))

            def load(self, name):
                key = stem(name)
                if name.startswith("devices/"):
                    text, path = request["devices"].get(name[8:]), request["paths"].get(name, name)
                elif self.with_types and key in request["types"]:
                    text, path = request["types"][key], request["paths"].get("types/" + key, key)
                elif not self.with_all and key in self.stops:
                    return ""
                else:
                    text = request["types"].get(key, request["templates"].get(key))
                    path = request["paths"].get("types/" + key, name)
                if text is None:
                    return None
                tree = self.env.parse(text)
                for each in tree.find_all(jinja2.nodes.Extends):
                    if isinstance(each.template, jinja2.nodes.Const):
                        self.stops.add(stem(str(each.template.value)))
                return text, path, None

            def values(self, name):
                template = self.env.get_template(name)
                context = template.new_context({})
                length = 0
                try:
                    for piece in template.root_render_func(context):
                        length += len(piece)
                        if length > 16 * LARGEST:
                            raise TooMuch("it prints more than %d characters" % (16 * LARGEST))
                except Exception:
                    # With the template's own lines.
                    self.env.handle_exception()
                return {key: context.vars[key] for key in context.exported_vars if key in context.vars}

        class Odd(Exception):
            pass

        def plain(value, depth=0):
            global left
            if depth > 32:
                raise Odd("lists inside each other without end")
            left -= 1 + (len(value) if isinstance(value, str) else 0)
            if left < 0:
                raise TooMuch("its values grow beyond %d" % LARGEST)
            if value is None or isinstance(value, (bool, str)):
                return str(value) if isinstance(value, str) else value
            if isinstance(value, int):
                if abs(value) >= 1 << 63:
                    raise Odd("a number of more than 63 bits")
                return value
            if isinstance(value, float):
                if value != value or value in (float("inf"), float("-inf")):
                    raise Odd("no finite number")
                return value
            if isinstance(value, (list, tuple)):
                return [plain(each, depth + 1) for each in value]
            if isinstance(value, dict):
                if not all(isinstance(key, str) for key in value):
                    raise Odd("a mapping whose keys are not texts")
                return {str(key): plain(each, depth + 1) for key, each in value.items()}
            raise Odd("a " + type(value).__name__)

        def sorted_out(values, odd):
            result = {}
            for key, value in values.items():
                if isinstance(value, jinja2.Undefined):
                    continue
                try:
                    result[key] = plain(value)
                except Odd as error:
                    odd[key] = str(error)
            return result

        def dictionary(name):
            tree = jinja2.Environment().parse(request["devices"][name])
            parents = [each.template for each in tree.find_all(jinja2.nodes.Extends)]
            odd = {}
            answer = {
                "own": sorted_out(Lab(False, False).values("devices/" + name), odd),
                "blocks": sorted({each.name for each in tree.find_all(jinja2.nodes.Block)}),
                "odd": odd,
            }
            if len(parents) == 1 and isinstance(parents[0], jinja2.nodes.Const):
                answer["parent"] = stem(str(parents[0].value))
            lab = Lab(True, False)
            answer["all"] = sorted_out(lab.values("devices/" + name), {})
            used = {each.name for each in tree.find_all(jinja2.nodes.Name) if each.ctx == "load"}
            for key in lab.stops & set(request["types"]):
                used |= jinja2.meta.find_undeclared_variables(lab.env.parse(request["types"][key]))
            answer["used"] = sorted(used)
            return answer

        def rendered(name):
            text = Lab(True, True).env.get_template(name).render()
            if len(text) > LARGEST:
                raise TooMuch("it renders to more than %d characters" % LARGEST)
            return {"text": text}

        def place(error):
            if isinstance(error, jinja2.TemplateSyntaxError):
                return "%s:%d" % (error.filename or error.name or "", error.lineno)
            known = set(request["paths"].values())
            found = [each for each in traceback.extract_tb(error.__traceback__) if each.filename in known]
            return "%s:%d" % (found[-1].filename, found[-1].lineno) if found else None

        for question in request["questions"]:
            answer = {"id": question["id"]}
            left = 2 * LARGEST
            signal.setitimer(signal.ITIMER_VIRTUAL, SECONDS)
            try:
                work = dictionary if question["kind"] == "values" else rendered
                answer.update(work(question["name"]))
            except (Exception, RecursionError, MemoryError) as error:
                signal.setitimer(signal.ITIMER_VIRTUAL, 0)
                said = "there is no template " + str(error) if isinstance(error, jinja2.TemplateNotFound) else str(error)
                answer["error"] = (said or type(error).__name__)[:400]
                answer["place"] = place(error)
            signal.setitimer(signal.ITIMER_VIRTUAL, 0)
            print(json.dumps(answer), flush=True)
        """#
}
