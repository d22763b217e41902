"""Makes a case's point into a script that needs TensorFlow and NumPy only, by what Python's own syntax trees allow."""
