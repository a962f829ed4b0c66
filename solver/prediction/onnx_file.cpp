#include "solver/prediction/onnx_file.h"

#include <cmath>
#include <cstring>
#include <set>
#include <stdexcept>

namespace handtint {
namespace {

constexpr const char* not_a_model = "is damaged or not an ONNX model";

// Reads the fields of one protobuf message (https://protobuf.dev/programming-guides/encoding); lengths are checked, so
// that a damaged file ends in an exception and never in a read beyond it.
class Message {
 public:
  explicit Message(std::string_view bytes) : rest_(bytes) {}

  // Moves to the next field; false at the end.
  bool next() {
    if (rest_.empty()) return false;
    whole_ = rest_;
    const std::uint64_t key = varint();
    field_ = static_cast<int>(key >> 3);
    switch (key & 7) {
      case 0:
        number_ = varint();
        break;
      case 1:
        text_ = take(8);
        break;
      case 2:
        text_ = take(varint());
        break;
      case 5:
        text_ = take(4);
        break;
      default:
        throw std::runtime_error(not_a_model);
    }
    whole_.remove_suffix(rest_.size());
    return field_ > 0;
  }

  int field() const { return field_; }
  std::uint64_t number() const { return number_; }
  std::string_view text() const { return text_; }
  std::string_view whole() const { return whole_; }  // with its key and length

 private:
  std::uint64_t varint() {
    std::uint64_t value = 0;
    for (int shift = 0; shift < 64; shift += 7) {
      const auto byte = static_cast<unsigned char>(take(1)[0]);
      value |= static_cast<std::uint64_t>(byte & 0x7f) << shift;
      if (byte < 0x80) return value;
    }
    throw std::runtime_error(not_a_model);
  }

  std::string_view take(std::uint64_t count) {
    if (count > rest_.size()) throw std::runtime_error(not_a_model);
    const std::string_view part = rest_.substr(0, count);
    rest_.remove_prefix(count);
    return part;
  }

  std::string_view rest_, text_, whole_;
  std::uint64_t number_ = 0;
  int field_ = 0;
};

// The field numbers below are those of onnx.proto (ModelProto, GraphProto, ValueInfoProto, TypeProto, TensorProto).

std::vector<std::int64_t> read_shape(std::string_view bytes) {
  std::vector<std::int64_t> shape;
  for (Message m(bytes); m.next();) {
    if (m.field() != 1) continue;
    std::int64_t size = -1;
    for (Message dimension(m.text()); dimension.next();)
      if (dimension.field() == 1 && dimension.number() > 0) size = static_cast<std::int64_t>(dimension.number());
    shape.push_back(size);
  }
  return shape;
}

TensorInfo read_value_info(std::string_view bytes) {
  TensorInfo info;
  for (Message m(bytes); m.next();) {
    if (m.field() == 1) info.name = m.text();
    if (m.field() != 2) continue;
    for (Message type(m.text()); type.next();) {
      if (type.field() != 1) continue;
      for (Message tensor(type.text()); tensor.next();)
        if (tensor.field() == 2) info.shape = read_shape(tensor.text());
    }
  }
  return info;
}

std::string varint_of(std::uint64_t value) {
  std::string bytes;
  for (; value >= 0x80; value >>= 7) bytes += static_cast<char>(value | 0x80);
  return bytes += static_cast<char>(value);
}

// A field that holds text or a message; its number is below 16.
std::string field_of(int number, std::string_view text) {
  return static_cast<char>(number << 3 | 2) + varint_of(text.size()) + std::string(text);
}

// The message with every field of that number, which holds messages, replaced by what `change` makes of it.
template <class Change>
std::string with_changed(std::string_view message, int field, Change change) {
  std::string changed;
  for (Message m(message); m.next();) {
    if (m.field() == field)
      changed += field_of(field, change(m.text()));
    else
      changed += m.whole();
  }
  return changed;
}

void require_finite_floats(std::string_view bytes, const std::string& name) {
  for (std::size_t i = 0; i + sizeof(float) <= bytes.size(); i += sizeof(float)) {
    float value;
    std::memcpy(&value, bytes.data() + i, sizeof(float));
    if (!std::isfinite(value)) throw std::runtime_error("has weights that are not numbers (in \"" + name + "\")");
  }
}

// Returns the weight's name.
std::string check_weight(std::string_view bytes) {
  constexpr std::uint64_t float_type = 1;
  std::string name;
  std::uint64_t type = 0;
  std::vector<std::string_view> values;
  for (Message m(bytes); m.next();) {
    if (m.field() == 2 && type == 0) type = m.number();
    if (m.field() == 4 || m.field() == 9) values.push_back(m.text());  // float_data, raw_data
    if (m.field() == 8) name = m.text();
  }
  if (type == float_type)
    for (std::string_view v : values) require_finite_floats(v, name);
  return name;
}

}  // namespace

OnnxSummary summarize_onnx(std::string_view bytes) {
  OnnxSummary summary;
  std::set<std::string> weights;
  bool has_nodes = false;
  for (Message model(bytes); model.next();) {
    if (model.field() != 7) continue;
    for (Message graph(model.text()); graph.next();) {
      if (graph.field() == 1) has_nodes = true;
      if (graph.field() == 5) weights.insert(check_weight(graph.text()));
      if (graph.field() == 11) summary.inputs.push_back(read_value_info(graph.text()));
      if (graph.field() == 12) summary.outputs.push_back(read_value_info(graph.text()));
    }
  }
  std::erase_if(summary.inputs, [&](const TensorInfo& input) { return weights.count(input.name) > 0; });
  if (!has_nodes || summary.inputs.empty() || summary.outputs.empty()) throw std::runtime_error(not_a_model);
  return summary;
}

std::string with_input_shape(std::string_view bytes, const std::string& input, const std::array<int, 4>& shape) {
  std::string sizes;
  for (int size : shape) sizes += field_of(1, '\x08' + varint_of(static_cast<std::uint64_t>(size)));

  return with_changed(bytes, 7, [&](std::string_view graph) {
    return with_changed(graph, 11, [&](std::string_view info) {
      if (read_value_info(info).name != input) return std::string(info);
      return with_changed(info, 2, [&](std::string_view type) {
        return with_changed(type, 1, [&](std::string_view tensor) {
          return with_changed(tensor, 2, [&](std::string_view) { return sizes; });
        });
      });
    });
  });
}

}  // namespace handtint
