"""What the cases on warnings share: counting what TensorFlow's logger says about retracing."""

import logging


class Handler(logging.Handler):
    """Keeps the messages about retracing while it is attached to TensorFlow's logger."""

    def __init__(self):
        super(Handler, self).__init__(logging.WARNING)
        self.messages = []

    def emit(self, record):
        message = record.getMessage()
        if "triggered tf.function retracing" in message:
            self.messages.append(message)


def warnings_of(call):
    """The messages that ``call()`` makes TensorFlow log: "N out of the last N calls ... triggered tf.function retracing"."""
    logger, handler = logging.getLogger("tensorflow"), Handler()
    level = logger.level
    logger.addHandler(handler)
    logger.setLevel(logging.WARNING)
    try:
        call()
    finally:
        logger.removeHandler(handler)
        logger.setLevel(level)
    return handler.messages
