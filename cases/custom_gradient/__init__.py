"""Gradients that a user writes: tf.custom_gradient, tf.recompute_grad, tf.grad_pass_through and tf.RegisterGradient."""
