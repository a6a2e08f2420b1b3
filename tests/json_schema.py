"""Does a document keep to a JSON Schema?  The words of 2020-12 that the schemas
of this project use; any other word is an error."""
import re

TYPES = {"object": dict, "array": list, "string": str, "integer": int,
         "number": (int, float), "boolean": bool, "null": type(None)}


def is_a(kind, x):
    return isinstance(x, TYPES[kind]) and (
        isinstance(x, bool) == (kind == "boolean"))


def kept(schema, x, root=None):
    """What is wrong with x, or None."""
    root = root or schema

    def type_(kinds):
        return any(is_a(k, x) for k in
                   ([kinds] if isinstance(kinds, str) else kinds))

    def items(rule):
        return not isinstance(x, list) or all(
            kept(rule, item, root) is None for item in x)

    def properties(rules):
        return not isinstance(x, dict) or all(
            kept(rule, x[key], root) is None
            for key, rule in rules.items() if key in x)

    def others(rule):
        return not isinstance(x, dict) or all(
            rule is not False and kept(rule, value, root) is None
            for key, value in x.items()
            if key not in schema.get("properties", {}))

    words = {
        "type": type_,
        "items": items,
        "properties": properties,
        "additionalProperties": others,
        "const": lambda v: x == v and type(x) is type(v),
        "enum": lambda v: x in v,
        "anyOf": lambda rules: any(kept(r, x, root) is None for r in rules),
        "$ref": lambda to: kept(
            root["$defs"][to.rpartition("/")[2]], x, root) is None,
        "required": lambda v: not isinstance(x, dict) or set(v) <= set(x),
        "dependentRequired": lambda v: not isinstance(x, dict) or all(
            set(more) <= set(x) for key, more in v.items() if key in x),
        "pattern": lambda v: not isinstance(x, str) or re.search(v, x),
        "minLength": lambda v: not isinstance(x, str) or len(x) >= v,
        "maxLength": lambda v: not isinstance(x, str) or len(x) <= v,
        "minimum": lambda v: not is_a("number", x) or x >= v,
        "maximum": lambda v: not is_a("number", x) or x <= v,
        "minProperties": lambda v: not isinstance(x, dict) or len(x) >= v,
        "minItems": lambda v: not isinstance(x, list) or len(x) >= v,
        "maxItems": lambda v: not isinstance(x, list) or len(x) <= v,
        "uniqueItems": lambda v: not isinstance(x, list) or all(
            a not in x[:i] for i, a in enumerate(x)),
    }
    for word, rule in schema.items():
        if word in ("$schema", "$defs", "title", "description"):
            continue
        if not words[word](rule):
            return word
    return None
