"""Makes a model that classifies tokens by their number alone: the scores of a token are a row of a table.

Arguments: the file to write, and one label a token in the order of their numbers. Prints where the library of ONNX Runtime is.
"""

import glob
import os
import sys

import onnxruntime
from onnx import TensorProto, checker, helper, save

LABELS = ["O", "B-PER", "I-PER", "B-LOC", "B-ORG"]

path, *tokens = sys.argv[1:]
scores = [float(label == known) for label in tokens for known in LABELS]
table = helper.make_tensor("table", TensorProto.FLOAT, [len(tokens), len(LABELS)], scores)


def asked(name):
    return helper.make_tensor_value_info(name, TensorProto.INT64, [1, "tokens"])


# The mask is multiplied in, so that a model which is given none fails.
nodes = [
    helper.make_node("Mul", ["input_ids", "attention_mask"], ["seen"]),
    helper.make_node("Add", ["seen", "token_type_ids"], ["rows"]),
    helper.make_node("Gather", ["table", "rows"], ["logits"]),
]
logits = helper.make_tensor_value_info("logits", TensorProto.FLOAT, [1, "tokens", len(LABELS)])
inputs = [asked("input_ids"), asked("attention_mask"), asked("token_type_ids")]
model = helper.make_model(
    helper.make_graph(nodes, "tokens", inputs, [logits], [table]),
    opset_imports=[helper.make_opsetid("", 17)],
    ir_version=9,
)
checker.check_model(model)
save(model, path)

libraries = glob.glob(os.path.join(os.path.dirname(onnxruntime.__file__), "capi", "libonnxruntime.*"))
print(min(libraries, key=len))
