"""P1 in JAX: an epoch is one compiled scan over batches, gathered by index
from images that stay uint8 on the device.

jax-p1.py EPOCHS THREADS IMAGES LABELS prints "step_ms MS" for each epoch but
the first two, which compile and settle."""
import functools
import os
import sys
import time

THREADS = int(sys.argv[2])
os.sched_setaffinity(0, list(os.sched_getaffinity(0))[:THREADS])

import jax
import jax.numpy as jnp
import numpy as np

from data import load

BATCH = 32


def init(rng):
    def glorot(i, o):
        limit = (6 / (i + o)) ** 0.5
        return jnp.asarray(
            rng.uniform(-limit, limit, (i, o)).astype(np.float32))

    return (glorot(784, 128), jnp.zeros(128), glorot(128, 10), jnp.zeros(10))


def loss(p, x, y):
    h = jax.nn.relu(x @ p[0] + p[1])
    z = h @ p[2] + p[3]
    return -jnp.mean(
        jnp.take_along_axis(jax.nn.log_softmax(z), y[:, None], axis=1))


def step(images, labels, state, order):
    p, m, v, t = state
    x = images[order].astype(jnp.float32) / 255
    value, g = jax.value_and_grad(loss)(p, x, labels[order])
    t = t + 1
    rate = 1e-3 * jnp.sqrt(1 - 0.999 ** t) / (1 - 0.9 ** t)
    m = jax.tree.map(lambda m, g: 0.9 * m + 0.1 * g, m, g)
    v = jax.tree.map(lambda v, g: 0.999 * v + 0.001 * g * g, v, g)
    p = jax.tree.map(
        lambda p, m, v: p - rate * m / (jnp.sqrt(v) + 1e-7), p, m, v)
    return (p, m, v, t), value


@functools.partial(jax.jit, donate_argnums=0)
def epoch(state, images, labels, order):
    return jax.lax.scan(
        functools.partial(step, images, labels), state, order)


def main(epochs, _, *paths):
    images, labels = load(*paths)
    n = len(labels) // BATCH * BATCH
    images = jnp.asarray(images.reshape(-1, 784))
    labels = jnp.asarray(labels.astype(np.int32))
    rng = np.random.default_rng(0)
    p = init(rng)
    state = (p, jax.tree.map(jnp.zeros_like, p),
             jax.tree.map(jnp.zeros_like, p), jnp.float32(0))
    for e in range(int(epochs)):
        start = time.perf_counter()
        order = rng.permutation(len(labels))[:n].reshape(-1, BATCH)
        order = jnp.asarray(order.astype(np.int32))
        state, losses = epoch(state, images, labels, order)
        mean = float(losses.mean())
        if e >= 2:
            print("step_ms", 1e3 * (time.perf_counter() - start) * BATCH / n)
    print("loss", mean)


main(*sys.argv[1:])
