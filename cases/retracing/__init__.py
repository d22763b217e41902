"""How often a `tf.function` is traced, beside what its documentation promises."""
