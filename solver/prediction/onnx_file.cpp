#include "solver/prediction/onnx_file.h"

#include <cmath>
#include <cstring>
#include <optional>
#include <set>
#include <stdexcept>

#include "solver/tr.h"

namespace handtint {
namespace {

constexpr const char* not_a_model = tr_noop("is damaged or not an ONNX model");

std::string_view take_bytes(std::string_view& rest, std::uint64_t count) {
  if (count > rest.size()) throw std::runtime_error(tr(not_a_model));
  const std::string_view part = rest.substr(0, count);
  rest.remove_prefix(count);
  return part;
}

std::uint64_t take_varint(std::string_view& rest) {
  std::uint64_t value = 0;
  for (int shift = 0; shift < 64; shift += 7) {
    const auto byte = static_cast<unsigned char>(take_bytes(rest, 1)[0]);
    value |= static_cast<std::uint64_t>(byte & 0x7f) << shift;
    if (byte < 0x80) return value;
  }
  throw std::runtime_error(tr(not_a_model));
}

// Reads the fields of one protobuf message (https://protobuf.dev/programming-guides/encoding); lengths are checked, so
// that a damaged file ends in an exception and never in a read beyond it.
class Message {
 public:
  explicit Message(std::string_view bytes) : rest_(bytes) {}

  // Moves to the next field; false at the end.
  bool next() {
    if (rest_.empty()) return false;
    whole_ = rest_;
    const std::uint64_t key = take_varint(rest_);
    field_ = static_cast<int>(key >> 3);
    number_ = 0;
    text_ = {};
    is_text_ = (key & 7) == 2;
    switch (key & 7) {
      case 0:
        number_ = take_varint(rest_);
        break;
      case 1:
        text_ = take_bytes(rest_, 8);
        break;
      case 2:
        text_ = take_bytes(rest_, take_varint(rest_));
        break;
      case 5:
        text_ = take_bytes(rest_, 4);
        break;
      default:
        throw std::runtime_error(tr(not_a_model));
    }
    whole_.remove_suffix(rest_.size());
    return field_ > 0;
  }

  int field() const { return field_; }
  bool is_text() const { return is_text_; }  // or a message, or packed numbers
  std::uint64_t number() const { return number_; }
  std::string_view text() const { return text_; }
  std::string_view whole() const { return whole_; }  // with its key and length

 private:
  std::string_view rest_, text_, whole_;
  std::uint64_t number_ = 0;
  int field_ = 0;
  bool is_text_ = false;
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

// --- checks of what a runner takes at its word

[[noreturn]] void refuse(const std::string& what) {
  throw std::runtime_error(tr("is damaged or not an ONNX model that can be run: {1}", {what}));
}

// The numbers of a repeated field, packed into one text or not.
void add_numbers(const Message& m, bool packed, std::vector<std::int64_t>& numbers) {
  if (!packed) return numbers.push_back(static_cast<std::int64_t>(m.number()));
  for (std::string_view rest = m.text(); !rest.empty();)
    numbers.push_back(static_cast<std::int64_t>(take_varint(rest)));
}

void require_finite_floats(std::string_view bytes, const std::string& name) {
  for (std::size_t i = 0; i + sizeof(float) <= bytes.size(); i += sizeof(float)) {
    float value;
    std::memcpy(&value, bytes.data() + i, sizeof(float));
    if (!std::isfinite(value)) throw std::runtime_error(tr("has weights that are not numbers (in \"{1}\")", {name}));
  }
}

// Of a value in a tensor's raw data; 0: a kind that is not checked.
std::size_t bytes_of_type(std::uint64_t type) {
  switch (type) {
    case 1:   // float
    case 6:   // int32
    case 12:  // uint32
      return 4;
    case 2:  // uint8
    case 3:  // int8
    case 9:  // bool
      return 1;
    case 4:   // uint16
    case 5:   // int16
    case 10:  // float16
    case 16:  // bfloat16
      return 2;
    case 7:   // int64
    case 11:  // double
    case 13:  // uint64
      return 8;
    default:
      return 0;
  }
}

// Returns the weight's name. Its dimensions and its values must agree: OpenCV reads as many as the dimensions say.
std::string check_weight(std::string_view bytes, bool must_be_finite) {
  constexpr std::uint64_t float_type = 1;
  std::string name;
  std::uint64_t type = 0;
  std::vector<std::int64_t> sizes;
  std::vector<std::string_view> values;
  bool elsewhere = false, raw = false;
  for (Message m(bytes); m.next();) {
    if (m.field() == 1) add_numbers(m, m.is_text(), sizes);
    if (m.field() == 2 && type == 0) type = m.number();
    if (m.field() == 4 || m.field() == 9) values.push_back(m.text());  // float_data, raw_data
    if (m.field() == 8) name = m.text();
    raw |= m.field() == 9;
    elsewhere |= m.field() == 13 || (m.field() == 14 && m.number() == 1);
  }
  if (elsewhere) refuse(tr("its weights are in another file (\"{1}\"); save it as one file", {name}));
  std::uint64_t count = 1;
  for (const std::int64_t size : sizes) {
    if (size < 0 || (size > 0 && count > bytes.size() / static_cast<std::uint64_t>(size)))
      refuse(tr("\"{1}\" is larger than the file", {name}));
    count *= static_cast<std::uint64_t>(size);
  }
  std::size_t have = 0;
  for (std::string_view v : values) have += v.size();
  if (const std::size_t each = bytes_of_type(type); each > 0 && (raw || type == float_type) && have != count * each)
    refuse(tr("\"{1}\" has not as many values as its sizes say", {name}));
  if (type == float_type && must_be_finite)
    for (std::string_view v : values) require_finite_floats(v, name);
  return name;
}

struct Range {
  std::int64_t low, high;
};

// What the numbers of an attribute may be; nothing is known of the others. Wide enough for every network of pictures.
std::optional<Range> range_of(std::string_view attribute, std::string_view op) {
  if (attribute == "axis" || attribute == "axes") return Range{-8, 7};
  if (attribute == "perm") return Range{0, 7};
  if (attribute == "kernel_shape" || attribute == "strides" || attribute == "dilations") return Range{1, 4096};
  if (attribute == "pads") return op == "Pad" ? Range{-65536, 65536} : Range{0, 65536};
  if (attribute == "output_padding") return Range{0, 65536};
  if (attribute == "group" || attribute == "blocksize") return Range{1, 1 << 20};
  return std::nullopt;
}

void check_attribute(std::string_view bytes, const std::string& op) {
  std::string name;
  std::vector<std::int64_t> numbers;
  for (Message m(bytes); m.next();) {
    if (m.field() == 1) name = m.text();
    if (m.field() == 3 || m.field() == 8) add_numbers(m, m.is_text(), numbers);  // i, ints
    if (m.field() == 5) check_weight(m.text(), false);
  }
  const std::optional<Range> range = range_of(name, op);
  if (!range) return;
  for (const std::int64_t number : numbers)
    if (number < range->low || number > range->high)
      refuse(tr("a node of kind {1} has the {2} {3}", {op, name, std::to_string(number)}));
}

// A node may use what stands before it; what it makes is new.
void check_node(std::string_view bytes, std::set<std::string>& values) {
  std::string op;
  std::vector<std::string> inputs, outputs;
  for (Message m(bytes); m.next();) {
    if (m.field() == 1) inputs.emplace_back(m.text());
    if (m.field() == 2) outputs.emplace_back(m.text());
    if (m.field() == 4) op = m.text();
  }
  if (op.empty()) refuse(tr("a node does not say what it does"));
  for (Message m(bytes); m.next();)
    if (m.field() == 5) check_attribute(m.text(), op);
  for (const std::string& input : inputs)
    if (!input.empty() && values.count(input) == 0)
      refuse(tr("a node of kind {1} takes \"{2}\", which nothing makes", {op, input}));
  for (const std::string& output : outputs)
    if (!output.empty() && !values.insert(output).second) refuse(tr("two nodes make \"{1}\"", {output}));
}

void check_shape(const TensorInfo& value) {
  constexpr std::int64_t longest_side = 1 << 20;
  for (const std::int64_t size : value.shape)
    if (size > longest_side) refuse(tr("\"{1}\" has the size {2}", {value.name, std::to_string(size)}));
}

OnnxSummary summarize_graph(std::string_view bytes) {
  OnnxSummary summary;
  std::set<std::string> weights, values;
  std::vector<std::string_view> nodes;
  for (Message graph(bytes); graph.next();) {
    if (graph.field() == 1) nodes.push_back(graph.text());
    if (graph.field() == 5) weights.insert(check_weight(graph.text(), true));
    if (graph.field() == 11) summary.inputs.push_back(read_value_info(graph.text()));
    if (graph.field() == 12) summary.outputs.push_back(read_value_info(graph.text()));
    if (graph.field() == 15) refuse(tr("it has sparse weights"));
  }
  values = weights;
  for (const TensorInfo& input : summary.inputs) {
    check_shape(input);
    values.insert(input.name);
  }
  std::erase_if(summary.inputs, [&](const TensorInfo& input) { return weights.count(input.name) > 0; });
  if (nodes.empty() || summary.inputs.empty() || summary.outputs.empty()) throw std::runtime_error(tr(not_a_model));
  for (std::string_view node : nodes) check_node(node, values);
  for (const TensorInfo& output : summary.outputs) {
    check_shape(output);
    if (values.count(output.name) == 0) refuse(tr("nothing makes its answer \"{1}\"", {output.name}));
  }
  return summary;
}

}  // namespace

OnnxSummary summarize_onnx(std::string_view bytes) {
  std::optional<OnnxSummary> summary;
  for (Message model(bytes); model.next();) {
    if (model.field() != 7) continue;
    if (summary) refuse(tr("it holds two graphs"));
    summary = summarize_graph(model.text());
  }
  if (!summary) throw std::runtime_error(tr(not_a_model));
  return std::move(*summary);
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
