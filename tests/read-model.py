#!/usr/bin/env python3
"""A second reader of model files: read-model.py SCHEMAS FILE...

Written from the text alone (schemas/format-1.md) and in the standard library of
Python alone.  What breaks a clause is refused (FILE: what [clause], exit 3).
What is read is listed: PATH, type, shape, SHA-256 of the bytes, SHA-256 of the
values as doubles or 64-bit integers; then the three identities.  XXH3 is not in
the standard library: clause 4.7 lets such a reader check the SHA-256 instead."""
import hashlib
import json
import os
import re
import struct
import sys

import json_schema

ONES = b"\xff" * 8
NAME = r"[A-Za-z0-9_-][A-Za-z0-9_.-]{0,99}"
TYPES = {  # clause 3.2, and the letter of struct
    "f32": ("f", "11201f00 04000000 0000 2000 17080017 7f000000"),
    "f64": ("d", "11203f00 08000000 0000 4000 340b0034 ff030000"),
    "f16": ("e", "11200f00 02000000 0000 1000 0a05000a 0f000000"),
    "bf16": ("H", "11200f00 02000000 0000 1000 07080007 7f000000"),
    "i64": ("q", "10080000 08000000 0000 4000"),
    "i32": ("i", "10080000 04000000 0000 2000"),
    "i8": ("b", "10080000 01000000 0000 0800"),
    "u8": ("B", "10000000 01000000 0000 0800"),
}
NUMBERS = {bytes.fromhex(code): name for name, (_, code) in TYPES.items()}
FEATURES = {"delta"}
DOCUMENTS = {"about", "architecture", "delta", "frozen", "lineage",
             "preprocessing", "training"}
GROUPS = {"alternate", "ext", "history", "optimizer", "weights"}
LISTED = {  # clause 5.7
    "content_id": {"architecture", "delta", "labels", "preprocessing",
                   "weights"},
    "weights_id": {"architecture", "weights"},
    "state_id": (DOCUMENTS | GROUPS | {"labels"}) - {"lineage"},
}
ROOT = {"format", "format_major", "format_minor", "features_optional",
        "features_required", "writer"} | set(LISTED)
DIGESTS = {"sha256", "xxh3"}


class Refused(Exception):
    """A file that breaks a clause."""


def must(true, clause, what):
    if not true:
        raise Refused("%s [%s]" % (what, clause))


def utf8(b, clause):
    try:
        return b.decode()
    except UnicodeDecodeError:
        raise Refused("no UTF-8 [%s]" % clause) from None


# Sections 1 to 4: bytes to objects.

def lookup3(b):
    def add(s, piece):
        return [(x + y) % 2**32
                for x, y in zip(s, struct.unpack("<3I", piece))]

    def turn(x, k):
        return (x << k | x >> 32 - k) % 2**32

    s, at = [(0xdeadbeef + len(b)) % 2**32] * 3, 0
    while len(b) > at + 12:
        s = add(s, b[at:at + 12])
        for i, k in zip((0, 1, 2, 0, 1, 2), (4, 6, 8, 16, 19, 4)):
            j = (i + 2) % 3
            s[i] = (s[i] - s[j]) % 2**32 ^ turn(s[j], k)
            s[j] = (s[j] + s[(i + 1) % 3]) % 2**32
        at += 12
    if b:
        s = add(s, b[at:].ljust(12, b"\0"))
        for i, k in zip((2, 0, 1, 2, 0, 1, 2), (14, 11, 25, 16, 4, 14, 24)):
            j = (i + 2) % 3
            s[i] = ((s[i] ^ s[j]) - turn(s[j], k)) % 2**32
    return s[2]


class Object:
    """A group, or a dataset: then it has a type."""

    def __init__(self, path, depth):
        self.path, self.depth = path, depth
        self.links, self.attributes = {}, {}
        self.type, self.names, self.found = None, 1, 1

    def is_group(self):
        return self.type is None

    def below(self, path=None):
        """(PATH, object) of every link below, in the order of the file."""
        path = self.path if path is None else path
        for name, o in self.links.items():
            yield path + "/" + name, o
            yield from o.below(path + "/" + name)

    def values(self):
        """As doubles, as 64-bit integers, or strings as they are."""
        if self.type.startswith("text"):
            return self.data
        letter = TYPES[self.type][0]
        numbers = [x for x, in struct.iter_unpack("<" + letter, self.data)]
        if self.type == "bf16":
            return struct.pack("<%dd" % len(numbers), *(
                struct.unpack("<f", struct.pack("<I", x << 16))[0]
                for x in numbers))
        return struct.pack("<%d%s" % (
            len(numbers), "d" if letter in "fde" else "q"), *numbers)


def datatype(b):
    """Clause 3.2: name and size."""
    must(len(b) >= 8, "3.2", "datatype")
    size, = struct.unpack("<I", b[4:8])
    if b in NUMBERS:
        return NUMBERS[b], size
    must(len(b) == 8 and b[:4] == b"\x13\x11\0\0" and 0 < size <= 65536,
         "3.2", "datatype")
    return "text%d" % size, size


def dataspace(b):
    must(len(b) >= 4 and b[1] <= 8 and len(b) == 4 + 8 * b[1] and
         b[:4] == bytes([2, b[1], 0, b[1] > 0]), "3.1", "dataspace")
    dims, product = struct.unpack("<%dQ" % b[1], b[4:]), 1
    for n in dims:
        product *= n
        must(max(n, product) < 2**63, "3.1", "dataspace")
    return dims, product


class File:
    """Every byte of a file is accounted for."""

    def __init__(self, b):
        self.b, self.end, self.objects = b, 48, {}
        must(len(b) >= 48 and b[:8] == b"\x89HDF\r\n\x1a\n" and b[8:28] ==
             struct.pack("<4BQQ", 2, 8, 8, 0, 0, 2**64 - 1) and
             b[36:44] == struct.pack("<Q", 48), "1.1", "superblock")
        must(b[28:36] == struct.pack("<Q", len(b)), "1.3", "length")
        self.checksum(0, 44, "1.2")
        self.root = self.object("", 0)
        must(self.root.is_group(), "2.12", "root")
        for o in self.objects.values():
            must(o.found == o.names, "2.8", o.path + ": number of links")
            if not o.is_group():
                self.place(o)
        must(self.end == len(b), "3.8", "bytes at the end")

    def checksum(self, begin, end, clause):
        must(self.b[end:end + 4] == struct.pack(
            "<I", lookup3(self.b[begin:end])), clause, "checksum")

    def messages(self):
        """[type, flags, content] of the header that begins at the end."""
        begin = self.end
        must(len(self.b) >= begin + 10 and
             self.b[begin:begin + 6] == b"OHDR\2\2", "2.1", "header")
        size, = struct.unpack("<I", self.b[begin + 6:begin + 10])
        at, end = begin + 10, begin + 10 + size
        must(end + 4 <= len(self.b), "2.1", "header: size")
        self.checksum(begin, end, "2.2")
        self.end, found = end + 4, []
        while at < end:
            must(at + 4 <= end, "2.3", "gap in a header")
            kind, size, flags = struct.unpack("<BHB", self.b[at:at + 4])
            must(at + 4 + size <= end, "2.3", "message in a header")
            found.append((kind, flags, self.b[at + 4:at + 4 + size]))
            at += 4 + size
        return found

    def object(self, path, depth):
        must(depth <= 16, "2.10", "depth")
        must(len(self.objects) < 262144, "2.11", "number of objects")
        o = self.objects[self.end] = Object(path, depth)
        m = self.messages()

        def more(kind):
            return bool(m) and m[0][0] == kind

        def take(kind, flags, clause, content=None):
            must(more(kind) and m[0][1] == flags and
                 content in (None, m[0][2]), clause, path + ": message")
            return m.pop(0)[2]

        if more(2):
            take(2, 0, "2.4", b"\0\0" + 2 * ONES)
            take(10, 1, "2.4", b"\0\0")
        else:
            o.shape, o.size = dataspace(take(1, 0, "3.1"))
            o.type, size = datatype(take(3, 1, "3.2"))
            o.size *= size
            take(5, 1, "3.3", b"\3\5")
            b = take(8, 0, "3.4")
            must(len(b) == 18 and b[:2] == b"\3\1", "3.4", path + ": layout")
            must(b[10:] == o.size.to_bytes(16, "little")[:8] and
                 o.size < 2**63, "3.5", path + ": number of bytes")
            o.at = b[2:10]
        if more(22):
            b = take(22, 0, "2.3")
            must(len(b) == 5 and b[0] == 0, "2.3", "reference count")
            o.names, = struct.unpack("<I", b[1:])
            must(o.names > 1, "2.8", "reference count")
        if more(21):
            take(21, 0, "2.3", b"\0\0" + 2 * ONES)
            must(more(12), "2.3", "attribute info of no attributes")
            while more(12):
                self.attribute(o, take(12, 0, "2.3"))
            must(len(o.attributes) <= 64, "4.3", "attributes")
        while o.is_group() and more(6):
            self.link(o, take(6, 0, "2.3"))
        must(not m, "2.3", path + ": message")
        return o

    def attribute(self, o, b):
        must(len(b) >= 9 and b[:2] == b"\3\0" and b[6:9] == b"\4\0\0", "4.1",
             "attribute")
        n, t = struct.unpack("<2H", b[2:6])
        name, rest = b[9:9 + n], b[9 + n:]
        must(len(name) == n and name[-1:] == b"\0", "4.1", "attribute")
        name = name[:-1].decode("latin-1")
        must(re.fullmatch(NAME, name), "2.9", "name of an attribute")
        kind, size = datatype(rest[:t])
        must(rest[t:t + 4] == b"\2\0\0\0" and len(rest) == t + 4 + size, "4.1",
             "attribute " + name)
        must(size <= 60000, "4.3", "attribute " + name)
        must(not o.attributes or name > max(o.attributes), "4.2", name)
        value = rest[t + 4:]
        if kind.startswith("text") and value != b"\0":
            must(b"\0" not in value, "4.4", name)
            utf8(value, "4.4")
        o.attributes[name] = (kind, value)

    def link(self, group, b):
        n = b[2] if len(b) > 2 else 0
        must(b[:2] == b"\1\0" and len(b) == 11 + n, "2.5", "link")
        name = b[3:3 + n].decode("latin-1")
        must(re.fullmatch(NAME, name), "2.9", "name of a link")
        must(not group.links or name > max(group.links), "2.6", "links: order")
        path = group.path + "/" + name
        to, = struct.unpack("<Q", b[3 + n:])
        if to == self.end:
            group.links[name] = self.object(path, group.depth + 1)
            return
        o = group.links[name] = self.objects.get(to)
        must(o and not o.is_group() and o.size and
             o.path.startswith("/weights/") and path.startswith("/weights/"),
             "2.7", path + ": leads astray")
        o.found += 1

    def place(self, o):
        o.data, at = b"", (self.end + 63) // 64 * 64
        if o.size == 0:
            must(o.at == ONES, "3.7", o.path + ": no bytes are nowhere")
            return
        must(o.at == struct.pack("<Q", at) and not any(self.b[self.end:at]),
             "3.6", o.path + ": place of the data")
        self.end = at + o.size
        must(self.end <= len(self.b), "3.6", "cut short")
        o.data = self.b[at:self.end]
        if o.type.startswith("text"):
            strings(o)


def strings(o):
    """Clause 3.9."""
    n = int(o.type[4:])
    cells = [o.data[i:i + n].rstrip(b"\0") for i in range(0, len(o.data), n)]
    must(not any(b"\0" in cell for cell in cells), "3.9", o.path + ": NUL")
    return [utf8(cell, "3.9") for cell in cells]


# Section 7: documents.

def number(v):
    for p in range(1 if abs(v) < 1e-290 else 15, 18):
        s = "%.*g" % (p, v)
        if float(s) == v:
            break
    return "-0.0" if s == "-0" else re.sub(r"e\+?(-?)0*", r"e\1", s)


def canonical(j):
    """The one text of a JSON value."""
    escapes = {'"': '\\"', "\\": "\\\\", "\b": "\\b", "\t": "\\t",
               "\n": "\\n", "\f": "\\f", "\r": "\\r"}
    if isinstance(j, dict):
        return "{%s}" % ",".join(canonical(k) + ":" + canonical(j[k])
                                 for k in sorted(j, key=str.encode))
    if isinstance(j, list):
        return "[%s]" % ",".join(map(canonical, j))
    if isinstance(j, str):
        must("\0" not in j, "7.2", "NUL in a string")
        return '"%s"' % "".join(
            escapes.get(c, c if c >= " " else "\\u%04x" % ord(c)) for c in j)
    return number(j) if isinstance(j, float) else json.dumps(j)


def limits(b):
    """Levels and values of a text."""
    depth = deepest = 0
    plain = re.sub(rb'"(?:\\.|[^"\\])*"', b"", b)
    for c in plain:
        depth += (c in b"[{") - (c in b"]}")
        deepest = max(deepest, depth)
    return deepest, 1 + sum(map(plain.count, (b",", b"[", b"{")))


def document(name, b, schemas):
    def members(pairs):
        must(len(dict(pairs)) == len(pairs), "7.2", name + ": twice")
        return dict(pairs)

    def integer(digits):
        must(-2**63 <= int(digits) < 2**63, "7.2", name + ": number")
        return int(digits)

    def real(digits):
        must(abs(float(digits)) < float("inf"), "7.2", name + ": number")
        return float(digits)

    depth, n = limits(b)
    must(len(b) <= 16 << 20 and depth <= 64 and n <= 1000000,
         "7.2", name + ": too large")
    try:
        j = json.loads(utf8(b, "7.2"), object_pairs_hook=members,
                       parse_int=integer, parse_float=real,
                       parse_constant=lambda _: must(False, "7.2", name))
        same = canonical(j).encode() == b
    except (ValueError, RecursionError):
        raise Refused(name + ": no JSON text [7.2]") from None
    must(same, "7.3", name + ": not in canonical form")
    must(isinstance(j, dict) and j.get("version") == 1, "7.4", name)
    with open(os.path.join(schemas, name + ".schema.json")) as f:
        broken = json_schema.kept(json.load(f), j)
    must(broken is None, "7.5", "%s: %s" % (name, broken))
    return j


# Sections 4 to 8: objects to a model.

def text(o, name, clause="4.5"):
    kind, b = o.attributes.get(name, ("none", b""))
    must(kind[:4] == "text", clause, "attribute " + name)
    return "" if b == b"\0" else b.decode()


def integer(o, name, clause="4.5"):
    kind, b = o.attributes.get(name, ("none", b""))
    must(kind == "i64", clause, "attribute " + name)
    return struct.unpack("<q", b)[0]


def ascending(names):
    names = [name.encode() for name in names]
    return names == sorted(set(names))


class Model:
    def __init__(self, b, schemas):
        self.root, self.schemas = File(b).root, schemas
        self.version()
        self.objects()
        self.documents = {
            name: document(name, o.data, schemas)
            for name, o in self.root.links.items() if name in DOCUMENTS}
        self.layers()
        self.tensors()
        self.beside()
        self.names()
        self.ids = {name: self.identity(name) for name in LISTED}
        for name, digest in self.ids.items():
            must(text(self.root, name) == digest, "5.7", name + " differs")

    def version(self):
        r = self.root
        must(text(r, "format", "5.1") == "nn-model", "5.1", "format")
        version = integer(r, "format_major"), integer(r, "format_minor")
        must(version == (0, 1) or version[0] == 1 and version[1] >= 0, "5.2",
             "version %d.%d" % version)
        must(set(r.attributes) == ROOT, "5.5", "attributes of the root")
        for name in "features_required", "features_optional":
            names = text(r, name).split(",") if text(r, name) else []
            must(ascending(names) and all(
                re.fullmatch(NAME, n) for n in names), "5.3", name)
        required = set(filter(None, text(r, "features_required").split(",")))
        must(required <= FEATURES, "5.3", "features_required")
        must(required == {"delta"} & set(r.links), "5.4", "features_required")
        must(len(text(r, "writer").encode()) <= 63, "5.6", "writer")

    def objects(self):
        links = self.root.links
        for name, o in links.items():
            must(name in DOCUMENTS | GROUPS | {"labels"}, "6.1", name)
            must(o.is_group() == (name in GROUPS), "6.3", name)
            must(name not in DOCUMENTS or o.type == "u8" and
                 len(o.shape) == 1, "7.1", name)
        must("architecture" in links, "6.2", "no /architecture")
        for path, o in self.root.below():
            ext = path.startswith("/ext")
            must(not o.is_group() or o.links or ext or path == "/optimizer",
                 "6.4", path + ": is empty")
            wanted = set() if o.is_group() else DIGESTS
            if path == "/optimizer":
                wanted = {"name", "settings", "step"}
            if path.startswith("/weights") and not o.is_group():
                wanted = DIGESTS | {"role"}
            must(set(o.attributes) == wanted or
                 ext and set(o.attributes) >= wanted, "4.5",
                 path + ": attributes")
            if not o.is_group():
                must(text(o, "sha256") == hashlib.sha256(o.data).hexdigest(),
                     "4.8", path + ": sha256")
                must(re.fullmatch("[0-9a-f]{32}", text(o, "xxh3")), "4.6",
                     path + ": xxh3")

    def layers(self):
        a, self.layer = self.documents["architecture"], set()
        for layer in a["layers"]:
            name, n = layer["name"], len(layer["inputs"])
            must(name not in self.layer and len(name) <= 400 and all(
                re.fullmatch(NAME, part) for part in name.split("/")), "8.1",
                "name of a layer")
            must(set(layer["inputs"]) <= self.layer and
                 (n == 0) == (layer["kind"] == "input") and n <= 32, "8.1",
                 name + ": inputs")
            self.layer.add(name)
        inputs = [l["name"] for l in a["layers"] if l["kind"] == "input"]
        must(sorted(a["inputs"]) == sorted(inputs), "8.1", "inputs")
        must(set(a["outputs"]) <= self.layer and
             len(set(a["outputs"])) == len(a["outputs"]), "8.1", "outputs")

    def below(self, name):
        """(components of the path, object) of every dataset below."""
        if name in self.root.links:
            for path, o in self.root.links[name].below():
                if not o.is_group():
                    must(o.type in TYPES, "8.6", path + ": strings")
                    yield path.split("/")[2:], o

    def tensors(self):
        left = self.documents.get("delta", {}).get("tensors", [])
        must(ascending(left), "8.12", "/delta: order")
        self.tensor = list(left)
        for path, o in self.below("weights"):
            must(text(o, "role") in ("parameter", "statistic"), "8.7", o.path)
            must("/".join(path) not in left, "8.12", o.path)
            self.tensor.append("/".join(path))
        of = [name.rpartition("/")[0] for name in self.tensor]
        must(set(of) <= self.layer and all(
            of.count(layer) <= 8 for layer in set(of)), "8.6", "/weights")

    def beside(self):
        """What has a namesake under /weights, and /history."""
        for path, o in self.below("optimizer"):
            must("/".join(path[:-1]) in self.tensor, "8.10", o.path)
            must(path[-1] != "since" or (o.type, o.shape) == ("i64", ()),
                 "8.9", o.path)
        for path, o in self.below("alternate"):
            must("/".join(path[1:]) in self.tensor, "8.10", o.path)
        if "optimizer" in self.root.links:
            o = self.root.links["optimizer"]
            text(o, "name", "8.9"), integer(o, "step", "8.9")
            document("optimizer", text(o, "settings", "8.9").encode(),
                     self.schemas)
        for path, o in self.below("history"):
            must(o.type == "f64" and len(o.shape) == 1 and len(path) == 1,
                 "8.11", o.path)

    def names(self):
        """Labels, and what does not learn."""
        f = self.documents.get("frozen", {"layers": [], "tensors": []})
        must(ascending(f["layers"]) and ascending(f["tensors"]) and
             set(f["layers"]) <= self.layer and
             set(f["tensors"]) <= set(self.tensor), "8.8", "/frozen")
        o = self.root.links.get("labels")
        if o is None:
            return
        must(o.type.startswith("text") and len(o.shape) == 1 and
             1 <= o.shape[0] <= 1048576, "8.3", "/labels")
        names = [name.encode() for name in strings(o)]
        longest = max(map(len, names))
        must(len(set(names)) == len(names) and longest <= 1000, "8.4",
             "/labels")
        must(o.type == "text%d" % max(longest, 1), "8.5", "/labels")

    def identity(self, name):
        sums = hashlib.sha256()
        for path, o in self.root.below():
            if path.split("/")[1] not in LISTED[name]:
                continue
            for key, (_, b) in o.attributes.items() if o.is_group() else ():
                sums.update(b"%s\t@%s\t%s\n" % (
                    path.encode(), key.encode(), b))
            if not o.is_group():
                sums.update(("\t".join(line(path, o)) + "\n").encode())
        return sums.hexdigest()


def line(path, o):
    return (path, o.type, "x".join(map(str, o.shape)) or "scalar",
            text(o, "sha256"))


def main(schemas, *files):
    status = 0
    for name in files:
        try:
            with open(name, "rb") as f:
                m = Model(f.read(), schemas)
        except Refused as why:
            print("%s: %s" % (name, why), file=sys.stderr)
            status = 3
            continue
        for path, o in m.root.below():
            if not o.is_group():
                print(*line(path, o), hashlib.sha256(o.values()).hexdigest(),
                      sep="\t")
        for name in LISTED:
            print(name, m.ids[name], sep="\t")
    return status


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
