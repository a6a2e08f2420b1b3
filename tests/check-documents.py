"""The documents of model files against their schemas, by a validator that is
not ours: check-documents.py SCHEMAS JUDGE READER MODEL...

The schemas keep to the metaschema; every document of every model keeps to its
schema; and a document that is changed in one place (a member less, one more,
one of another type) is taken by the validator if and only if it is taken by the
code (JUDGE)."""
import collections
import copy
import importlib.util
import itertools
import json
import pathlib
import re
import subprocess
import sys

import jsonschema

schemas, judge, reader, *models = sys.argv[1:]
spec = importlib.util.spec_from_file_location("reader", reader)
read_model = importlib.util.module_from_spec(spec)
spec.loader.exec_module(read_model)
Validator = jsonschema.Draft202012Validator
validators = {}
mutated = set()
failures = 0


def fail(what):
    global failures
    failures += 1
    if failures <= 40:
        print("FAIL:", what)


def load(name):
    return json.loads(pathlib.Path(schemas, name + ".schema.json").read_text())


def validator(name):
    """Of the schema of that name, and of what the settings in it may be."""
    if name not in validators:
        schema, settings = load(name), load("settings")["$defs"]
        if name in settings:
            schema = {"allOf": [schema, settings[name]],
                      "$defs": {**settings, **schema.get("$defs", {})}}
        validators[name] = Validator(schema)
    return validators[name]


def documents(path):
    """NAME and text of every document of a model."""
    root = read_model.File(pathlib.Path(path).read_bytes()).root
    for name, o in root.links.items():
        if name in read_model.DOCUMENTS:
            yield name, o.data.decode()
        if name == "optimizer":
            yield name, read_model.text(o, "settings")


OTHERS = (None, True, 7, 1.5, "word", [], ["word"], {}, {"word": 7})


def mutants(j):
    """(where, document) with one place changed; to the next of the others, in
    turn."""
    others = itertools.cycle(OTHERS)

    def places(x, path):
        yield path
        items = x.items() if isinstance(x, dict) else enumerate(x) \
            if isinstance(x, list) else ()
        for key, below in items:
            yield from places(below, path + (key,))

    def at(root, path):
        for key in path:
            root = root[key]
        return root

    for path in places(j, ()):
        here = at(j, path)
        if isinstance(here, dict):
            changed = copy.deepcopy(j)
            at(changed, path)["strange"] = 1
            yield path + ("strange",), changed
        if not path:
            continue
        if isinstance(at(j, path[:-1]), dict):
            changed = copy.deepcopy(j)
            del at(changed, path[:-1])[path[-1]]
            yield path + ("less",), changed
        for other in list(itertools.islice(others, 4)):
            if type(other) is type(here):
                continue
            changed = copy.deepcopy(j)
            at(changed, path[:-1])[path[-1]] = other
            yield path + (repr(other),), changed


# What the code refuses because of its meaning: shapes that do not fit.
MEANING = re.compile("settings make it|its window of|wants ")


def compare(path):
    """Validator and code on every mutant of every document."""
    rows = []
    for name, text in documents(path):
        if name in mutated and name != "training":
            continue
        mutated.add(name)
        rows.append((name, "whole", json.loads(text)))
        rows += [(name, ".".join(map(str, where)), j)
                 for where, j in mutants(json.loads(text))]
    lines = "".join("%s\t%s\n" % (name, read_model.canonical(j))
                    for name, _, j in rows)
    verdicts = subprocess.run(
        [judge, path], input=lines, capture_output=True, text=True,
        check=True).stdout.splitlines()
    assert len(verdicts) == len(rows)
    taken = 0
    for (name, where, j), verdict in zip(rows, verdicts):
        good = validator(name).is_valid(j)
        taken += good
        if good != (verdict == "taken") and not (
                good and MEANING.search(verdict)):
            fail("%s: %s: %s: the schema %s it, the code: %s" % (
                path, name, where, "takes" if good else "refuses", verdict))
    return len(rows), taken


for path in pathlib.Path(schemas).glob("*.schema.json"):
    Validator.check_schema(json.loads(path.read_text()))
counts = collections.Counter()
for path in models:
    for name, text in documents(path):
        counts[name] += 1
        for error in validator(name).iter_errors(json.loads(text)):
            fail("%s: %s: %s" % (path, name, error.message))
for path in models:
    if "/mutate-" in path:
        print(path, "%d documents, %d of them taken" % compare(path))
print(dict(counts), "documents keep to their schemas")
sys.exit(failures > 0)
