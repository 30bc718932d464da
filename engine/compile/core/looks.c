/* The `Looks` of looks.py once more, in C: an event's parts looked up in an order and joined, the candidates listed.
 *
 * Made by __init__.py of the same parts as Python's own `Generated`, and asked in its place. What a value means has one
 * home, and it is not here: a value that no memo holds is worked out by `Memo.__missing__`, a map whose keys are new or
 * whose values are not what the models say by `Entries.bits`.
 *
 * INVARIANT: Python code may run wherever a memo or a closure is asked, so what is used after that is held by a reference
 * of its own.
 */
#include "bits.h"

/* A part, as a tuple. The steps are names on the way from the order, or from the item (shipment) in hand. */
enum kind { FIELD, LIST, ENTRIES, CLOSURE, WALK };
enum {
    KIND,
    STEPS,
    TABLE,   /* FIELD, LIST: its memo. ENTRIES: the shapes by their keys */
    ASK,     /* ENTRIES: bits(map). CLOSURE: look(view) */
    IN_HAND, /* WALK: the view's name for the one in hand; None where no closure asks for it */
    BELOW    /* WALK: its parts. ENTRIES: keys and memos, where they are few and only texts are asked for */
};

typedef struct {
    PyObject_HEAD
    PyObject *parts, *asks_nothing, *numbers, *order; /* numbers: 0, 1, 2, ... order: its name in the view */
    Py_ssize_t layers, size, width;                   /* width: digits of all clauses */
} Looks;

/* Where the steps lead, from the fields of a model: they stand in its __dict__. */
static PyObject *reached(PyObject *fields, PyObject *part)
{
    PyObject *steps = PyTuple_GET_ITEM(part, STEPS), *at = Py_NewRef(fields);
    for (Py_ssize_t i = 0; at != NULL && i < PyTuple_GET_SIZE(steps); i++) {
        if (i > 0)
            Py_SETREF(at, PyObject_GenericGetDict(at, NULL));
        if (at == NULL)
            return NULL;
        PyObject *value = Py_XNewRef(PyDict_GetItemWithError(at, PyTuple_GET_ITEM(steps, i)));
        if (value == NULL && !PyErr_Occurred())
            PyErr_SetObject(PyExc_AttributeError, PyTuple_GET_ITEM(steps, i));
        Py_SETREF(at, value);
    }
    return at;
}

/* The bits of a value. */
static PyObject *asked(PyObject *memo, PyObject *value)
{
    PyObject *bits = PyDict_GetItemWithError(memo, value);
    if (bits != NULL || PyErr_Occurred())
        return Py_XNewRef(bits);
    return PyObject_GetItem(memo, value);
}

static long kind_of(PyObject *part)
{
    return PyLong_AsLong(PyTuple_GET_ITEM(part, KIND));
}

/* What a field, or a list as a tuple, makes true. */
static PyObject *field(PyObject *part, PyObject *fields)
{
    PyObject *value = reached(fields, part);
    if (value != NULL && kind_of(part) == LIST)
        Py_SETREF(value, PySequence_Tuple(value));
    PyObject *bits = value == NULL ? NULL : asked(PyTuple_GET_ITEM(part, TABLE), value);
    Py_XDECREF(value);
    return bits;
}

static PyObject *text_at(PyObject *map, PyObject *key)
{
    PyObject *value = PyDict_GetItemWithError(map, key);
    return value != NULL && PyUnicode_CheckExact(value) ? value : NULL;
}

/* Texts under these keys, each with its memo: 1. Else 0, and what was added till then is true all the same. */
static int by_keys(PyObject *keys, PyObject *map, Bits *found)
{
    for (Py_ssize_t i = 0; i < PyTuple_GET_SIZE(keys); i++) {
        PyObject *each = PyTuple_GET_ITEM(keys, i), *value = text_at(map, PyTuple_GET_ITEM(each, 0));
        if (value == NULL)
            return PyErr_Occurred() ? -1 : 0;
        Py_INCREF(value);
        int done = joined(found, asked(PyTuple_GET_ITEM(each, 1), value));
        Py_DECREF(value);
        if (done < 0)
            return -1;
    }
    return 1;
}

/* As `Entries.bits` of a map of that shape, in the same way. */
static int by_shape(PyObject *shape, PyObject *map, Bits *found)
{
    PyObject *states = PyTuple_GET_ITEM(shape, 2);
    int done = join(found, PyTuple_GET_ITEM(shape, 0)) < 0 ? -1 : by_keys(PyTuple_GET_ITEM(shape, 1), map, found);
    for (Py_ssize_t i = 0; done == 1 && i < PyTuple_GET_SIZE(states); i++) {
        PyObject *each = PyTuple_GET_ITEM(states, i), *value = text_at(map, PyTuple_GET_ITEM(each, 0));
        if (value == NULL || PyUnicode_GET_LENGTH(value) == 0 || Py_UNICODE_ISSPACE(PyUnicode_READ_CHAR(value, 0)))
            done = PyErr_Occurred() ? -1 : 0;
        else
            done = join(found, PyTuple_GET_ITEM(each, 1)) < 0 ? -1 : 1; /* what a text makes true that is not blank */
    }
    return done;
}

static int entries(PyObject *part, PyObject *fields, Bits *found)
{
    PyObject *map = reached(fields, part), *few = PyTuple_GET_ITEM(part, BELOW), *key;
    int done = map == NULL ? -1 : 0;
    if (map != NULL && PyDict_CheckExact(map) && PyTuple_GET_SIZE(few))
        done = by_keys(few, map, found);
    if (done == 0 && PyDict_CheckExact(map)) {
        Py_ssize_t at = 0, count = 0;
        PyObject *keys = PyTuple_New(PyDict_GET_SIZE(map)), *shape = NULL;
        while (keys != NULL && PyDict_Next(map, &at, &key, NULL))
            PyTuple_SET_ITEM(keys, count++, Py_NewRef(key));
        if (keys != NULL)
            shape = Py_XNewRef(PyDict_GetItemWithError(PyTuple_GET_ITEM(part, TABLE), keys));
        done = shape != NULL ? by_shape(shape, map, found) : PyErr_Occurred() ? -1 : 0;
        Py_XDECREF(keys);
        Py_XDECREF(shape);
    }
    if (done == 0)
        done = joined(found, PyObject_CallOneArg(PyTuple_GET_ITEM(part, ASK), map));
    Py_XDECREF(map);
    return done < 0 ? -1 : 0;
}

static int add_all(PyObject *parts, PyObject *fields, PyObject *view, Bits *found);

/* Each item (shipment) in hand in turn. Where something fails it stays there, as with Python's own. */
static int walk(PyObject *part, PyObject *fields, PyObject *view, Bits *found)
{
    PyObject *in_hand = PyTuple_GET_ITEM(part, IN_HAND), *before = NULL;
    PyObject *reach = reached(fields, part), *subjects = reach == NULL ? NULL : PySequence_Fast(reach, "no list");
    int done = subjects == NULL ? -1 : 0;
    if (done == 0 && in_hand != Py_None && (before = PyObject_GetAttr(view, in_hand)) == NULL)
        done = -1;
    for (Py_ssize_t i = 0; done == 0 && i < PySequence_Fast_GET_SIZE(subjects); i++) {
        PyObject *subject = Py_NewRef(PySequence_Fast_GET_ITEM(subjects, i));
        if (before != NULL)
            done = PyObject_SetAttr(view, in_hand, subject);
        PyObject *own = done == 0 ? PyObject_GenericGetDict(subject, NULL) : NULL;
        done = own == NULL ? -1 : add_all(PyTuple_GET_ITEM(part, BELOW), own, view, found);
        Py_XDECREF(own);
        Py_DECREF(subject);
    }
    if (done == 0 && before != NULL)
        done = PyObject_SetAttr(view, in_hand, before);
    Py_XDECREF(reach);
    Py_XDECREF(subjects);
    Py_XDECREF(before);
    return done;
}

static int add(PyObject *part, PyObject *fields, PyObject *view, Bits *found)
{
    switch (kind_of(part)) {
    case FIELD:
    case LIST:
        return joined(found, field(part, fields));
    case ENTRIES:
        return entries(part, fields, found);
    case CLOSURE:
        return joined(found, PyObject_CallOneArg(PyTuple_GET_ITEM(part, ASK), view));
    default:
        return walk(part, fields, view, found);
    }
}

static int add_all(PyObject *parts, PyObject *fields, PyObject *view, Bits *found)
{
    for (Py_ssize_t i = 0; i < PyTuple_GET_SIZE(parts); i++)
        if (add(PyTuple_GET_ITEM(parts, i), fields, view, found) < 0)
            return -1;
    return 0;
}

static PyObject *fields_of_order(Looks *self, PyObject *view)
{
    PyObject *order = PyObject_GetAttr(view, self->order);
    PyObject *fields = order == NULL ? NULL : PyObject_GenericGetDict(order, NULL);
    Py_XDECREF(order);
    return fields;
}

static PyObject *positions(Looks *self, PyObject *view)
{
    Bits found;
    if (begin(&found, self->width) < 0)
        return NULL;
    PyObject *fields = fields_of_order(self, view), *list = NULL;
    if (fields != NULL && join(&found, self->asks_nothing) == 0 && add_all(self->parts, fields, view, &found) == 0) {
        Py_ssize_t count = all_hold(&found, self->layers, self->size), many = 0, at = 0;
        for (Py_ssize_t i = 0; i < count; i++)
            many += __builtin_popcountl(found.digits[i]);
        list = PyList_New(many);
        for (Py_ssize_t i = 0; list != NULL && i < count; i++)
            for (digit rest = found.digits[i]; rest; rest &= rest - 1)
                PyList_SET_ITEM(list, at++, Py_NewRef(PyTuple_GET_ITEM(
                                                self->numbers, i * PyLong_SHIFT + __builtin_ctzl(rest))));
    }
    Py_XDECREF(fields);
    end(&found);
    return list;
}

static PyObject *candidates(Looks *self, PyObject *held)
{
    Bits found;
    if (begin(&found, self->width) < 0)
        return NULL;
    PyObject *given = PySequence_Fast(held, "what is held is no list"), *bits = NULL;
    int done = given == NULL ? -1 : join(&found, self->asks_nothing);
    for (Py_ssize_t i = 0; done == 0 && i < PySequence_Fast_GET_SIZE(given); i++)
        done = join(&found, PySequence_Fast_GET_ITEM(given, i));
    if (done == 0)
        bits = number_of(found.digits, all_hold(&found, self->layers, self->size));
    Py_XDECREF(given);
    end(&found);
    return bits;
}

/* What a part alone gives. */
static PyObject *given_by(Looks *self, PyObject *part, PyObject *fields, PyObject *view)
{
    long kind = kind_of(part);
    if (kind == FIELD || kind == LIST)
        return field(part, fields);
    if (kind == CLOSURE)
        return PyObject_CallOneArg(PyTuple_GET_ITEM(part, ASK), view);
    Bits own;
    if (begin(&own, self->width) < 0)
        return NULL;
    PyObject *bits = add(part, fields, view, &own) < 0 ? NULL : number_of(own.digits, self->width);
    end(&own);
    return bits;
}

static PyObject *first(Looks *self, PyObject *view)
{
    PyObject *fields = fields_of_order(self, view), *bits = NULL, *both = NULL;
    PyObject *held = fields == NULL ? NULL : PyTuple_New(PyTuple_GET_SIZE(self->parts));
    int done = held == NULL ? -1 : 0;
    for (Py_ssize_t i = 0; done == 0 && i < PyTuple_GET_SIZE(self->parts); i++) {
        PyObject *each = given_by(self, PyTuple_GET_ITEM(self->parts, i), fields, view);
        done = each == NULL ? -1 : 0;
        PyTuple_SET_ITEM(held, i, each);
    }
    if (done == 0 && (bits = candidates(self, held)) != NULL)
        both = PyTuple_Pack(2, bits, held);
    Py_XDECREF(fields);
    Py_XDECREF(held);
    Py_XDECREF(bits);
    return both;
}

static PyObject *again(Looks *self, PyObject *args)
{
    Py_ssize_t part;
    PyObject *view, *fields, *bits;
    if (!PyArg_ParseTuple(args, "nO", &part, &view))
        return NULL;
    if (part < 0 || part >= PyTuple_GET_SIZE(self->parts))
        return PyErr_Format(PyExc_IndexError, "there is no part %zd", part);
    if ((fields = fields_of_order(self, view)) == NULL)
        return NULL;
    bits = given_by(self, PyTuple_GET_ITEM(self->parts, part), fields, view);
    Py_DECREF(fields);
    return bits;
}

/* Whether all parts are as described above. */
static int sound(PyObject *parts)
{
    int kind;
    PyObject *steps, *table, *ask, *in_hand, *below;
    for (Py_ssize_t i = 0; i < PyTuple_GET_SIZE(parts); i++) {
        PyObject *part = PyTuple_GET_ITEM(parts, i);
        if (!PyTuple_Check(part)) {
            PyErr_SetString(PyExc_TypeError, "a part is a tuple");
            return 0;
        }
        if (!PyArg_ParseTuple(part, "iO!O!OOO!", &kind, &PyTuple_Type, &steps, &PyDict_Type, &table, &ask, &in_hand,
                              &PyTuple_Type, &below) || (kind == WALK && !sound(below)))
            return 0;
        if (kind < FIELD || kind > WALK) {
            PyErr_Format(PyExc_ValueError, "there is no part of kind %d", kind);
            return 0;
        }
    }
    return 1;
}

static PyObject *make(PyTypeObject *type, PyObject *args, PyObject *named)
{
    PyObject *parts, *asks_nothing, *numbers;
    Py_ssize_t layers, size;
    if (!PyArg_ParseTuple(args, "O!O!nnO!", &PyTuple_Type, &parts, &PyLong_Type, &asks_nothing, &layers, &size,
                          &PyTuple_Type, &numbers) || !sound(parts))
        return NULL;
    if (layers < 0 || size < 0 || size > PyTuple_GET_SIZE(numbers))
        return PyErr_Format(PyExc_ValueError, "%zd layers of %zd rules", layers, size);
    Looks *self = (Looks *)type->tp_alloc(type, 0);
    if (self == NULL)
        return NULL;
    self->parts = Py_NewRef(parts);
    self->asks_nothing = Py_NewRef(asks_nothing);
    self->numbers = Py_NewRef(numbers);
    self->layers = layers;
    self->size = size;
    self->width = ((layers ? layers : 1) * size + PyLong_SHIFT - 1) / PyLong_SHIFT;
    self->order = PyUnicode_InternFromString("order");
    if (self->order == NULL)
        Py_CLEAR(self);
    return (PyObject *)self;
}

static int visit_held(Looks *self, visitproc visit, void *arg)
{
    Py_VISIT(Py_TYPE(self));
    Py_VISIT(self->parts);
    return 0;
}

static void release(Looks *self)
{
    PyTypeObject *type = Py_TYPE(self);
    PyObject_GC_UnTrack(self);
    Py_XDECREF(self->parts);
    Py_XDECREF(self->asks_nothing);
    Py_XDECREF(self->numbers);
    Py_XDECREF(self->order);
    type->tp_free((PyObject *)self);
    Py_DECREF(type);
}

static PyMethodDef methods[] = {
    {"first", (PyCFunction)first, METH_O, NULL},
    {"positions", (PyCFunction)positions, METH_O, NULL},
    {"again", (PyCFunction)again, METH_VARARGS, NULL},
    {"candidates", (PyCFunction)candidates, METH_O, NULL},
    {NULL, NULL, 0, NULL},
};

static PyType_Slot slots[] = {
    {Py_tp_new, make}, {Py_tp_dealloc, release}, {Py_tp_traverse, visit_held}, {Py_tp_methods, methods}, {0, NULL},
};

static PyType_Spec spec = {
    .name = "engine.compile.core.looks.Looks",
    .basicsize = sizeof(Looks),
    .flags = Py_TPFLAGS_DEFAULT | Py_TPFLAGS_HAVE_GC,
    .slots = slots,
};

static int fill(PyObject *module)
{
    PyObject *type = PyType_FromSpec(&spec);
    int done = type == NULL ? -1 : PyModule_AddObjectRef(module, "Looks", type);
    Py_XDECREF(type);
    return done;
}

static PyModuleDef_Slot fills[] = {{Py_mod_exec, fill}, {0, NULL}};
static PyModuleDef looks = {PyModuleDef_HEAD_INIT, .m_name = "looks", .m_slots = fills};

PyMODINIT_FUNC PyInit_looks(void)
{
    return PyModuleDef_Init(&looks);
}
