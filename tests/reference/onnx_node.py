"""One ONNX operator, run by onnxruntime: a referee that is not ours."""

import numpy as np
import onnxruntime
from onnx import TensorProto, helper

_TYPES = {np.dtype(np.float32): TensorProto.FLOAT, np.dtype(np.float64): TensorProto.DOUBLE}


def run_node(operator: str, *inputs: np.ndarray, **attributes) -> np.ndarray:
    names = [f"input{i}" for i in range(len(inputs))]
    kind = _TYPES[inputs[0].dtype]
    graph = helper.make_graph(
        [helper.make_node(operator, names, ["output"], **attributes)],
        operator,
        [
            helper.make_tensor_value_info(name, kind, array.shape)
            for name, array in zip(names, inputs, strict=True)
        ],
        [helper.make_tensor_value_info("output", kind, None)],
    )
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 15)], ir_version=8)
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = options.inter_op_num_threads = 1
    session = onnxruntime.InferenceSession(
        model.SerializeToString(), options, providers=["CPUExecutionProvider"]
    )
    return session.run(None, dict(zip(names, map(np.ascontiguousarray, inputs), strict=True)))[0]
