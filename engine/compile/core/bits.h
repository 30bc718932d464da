/* Python's ints as bits to be joined: how they stand in memory, digits of PyLong_SHIFT bits, the least first.
 *
 * Included by looks.c alone. All that is no documented API stands here: no documented way to the digits costs less than
 * what is looked up.
 */
#define PY_SSIZE_T_CLEAN
#include <Python.h>

/* Bits being joined. Beyond the width is a digit that stays 0, for a window that reaches over the end. */
typedef struct {
    Py_ssize_t width;
    digit *digits, small[256];
} Bits;

static int begin(Bits *bits, Py_ssize_t width)
{
    size_t bytes = ((size_t)width + 1) * sizeof(digit);
    bits->width = width;
    bits->digits = bytes <= sizeof(bits->small) ? bits->small : PyMem_Malloc(bytes);
    if (bits->digits == NULL) {
        PyErr_NoMemory();
        return -1;
    }
    memset(bits->digits, 0, bytes);
    return 0;
}

static void end(Bits *bits)
{
    if (bits->digits != bits->small)
        PyMem_Free(bits->digits);
}

/* Adds an int, if there is one. */
static int join(Bits *bits, PyObject *number)
{
    if (number == NULL)
        return -1;
    if (!PyLong_Check(number)) {
        PyErr_Format(PyExc_TypeError, "bits are an int, not %.100s", Py_TYPE(number)->tp_name);
        return -1;
    }
    PyLongObject *given = (PyLongObject *)number;
#if PY_VERSION_HEX >= 0x030C0000
    Py_ssize_t count = (Py_ssize_t)(given->long_value.lv_tag >> _PyLong_NON_SIZE_BITS);
    int negative = (given->long_value.lv_tag & 3) == 2;
    const digit *restrict other = given->long_value.ob_digit;
#else
    Py_ssize_t count = Py_SIZE(given);
    int negative = count < 0;
    const digit *restrict other = given->ob_digit;
#endif
    if (negative || count > bits->width) {
        PyErr_SetString(PyExc_OverflowError, "bits beyond those of the rules");
        return -1;
    }
    digit *restrict own = bits->digits;
    for (Py_ssize_t i = 0; i < count; i++)
        own[i] |= other[i];
    return 0;
}

/* As `join`, and gives the int up. */
static int joined(Bits *bits, PyObject *number)
{
    int done = join(bits, number);
    Py_XDECREF(number);
    return done;
}

static PyObject *number_of(digit *digits, Py_ssize_t count)
{
    while (count && !digits[count - 1])
        count--;
    if (count <= 1)
        return PyLong_FromUnsignedLong(count ? digits[0] : 0);
#if PY_VERSION_HEX >= 0x030C0000
    return (PyObject *)_PyLong_FromDigits(0, count, digits);
#else
    PyLongObject *made = _PyLong_New(count);
    if (made != NULL)
        memcpy(made->ob_digit, digits, (size_t)count * sizeof(digit));
    return (PyObject *)made;
#endif
}

/* Of `layers` times `size` bits, those that are set in every layer. In place: what is read for a digit stands there or
 * after it. Gives how many digits that makes. */
static Py_ssize_t all_hold(Bits *bits, Py_ssize_t layers, Py_ssize_t size)
{
    digit *digits = bits->digits;
    Py_ssize_t whole = size / PyLong_SHIFT, rest = size % PyLong_SHIFT, count = whole + (rest != 0);
    for (Py_ssize_t i = 0; i < count; i++) {
        digit hold = i < whole ? PyLong_MASK : ((digit)1 << rest) - 1;
        Py_ssize_t at = i, shift = 0;
        for (Py_ssize_t layer = 0; layer < layers; layer++) {
            hold &= (digit)(((twodigits)digits[at + 1] << PyLong_SHIFT | digits[at]) >> shift);
            at += whole;
            shift += rest;
            if (shift >= PyLong_SHIFT)
                at++, shift -= PyLong_SHIFT;
        }
        digits[i] = hold;
    }
    return count;
}
