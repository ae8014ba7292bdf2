#!/usr/bin/env python3
"""Writes a GGUF file anew with its matrices in another type.

    python Experiments/gguf/requantize.py FILE TYPE OUTPUT

TYPE: F32, F16, BF16, Q8_0, Q4_0, Q4_1, Q5_0 or Q5_1, which PyPI's `gguf` can write. For trying a type
on a real model: what is in few bits already does not get better.
"""

import argparse

import numpy as np
from gguf import GGMLQuantizationType, GGUFReader, GGUFValueType, GGUFWriter
from gguf.quants import dequantize, quantize


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n\n")[0])
    parser.add_argument("file")
    parser.add_argument("type", type=lambda name: GGMLQuantizationType[name])
    parser.add_argument("output")
    options = parser.parse_args()
    reader = GGUFReader(options.file)
    writer = GGUFWriter(options.output, reader.fields["general.architecture"].contents())
    for key, field in reader.fields.items():
        if key.startswith("GGUF.") or key == "general.architecture":
            continue
        kind = field.types[0]
        inner = field.types[-1] if kind == GGUFValueType.ARRAY else None
        writer.add_key_value(key, field.contents(), kind, sub_type=inner)
    for tensor in reader.tensors:
        if len(tensor.shape) == 1:
            writer.add_tensor(tensor.name, tensor.data, raw_dtype=tensor.tensor_type)
            continue
        weights = dequantize(tensor.data, tensor.tensor_type).astype(np.float32)
        data = quantize(weights, options.type)
        writer.add_tensor(tensor.name, data, raw_dtype=options.type)
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()


if __name__ == "__main__":
    main()
