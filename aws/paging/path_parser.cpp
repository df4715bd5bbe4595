#include "aws/paging/path_lexer.hpp"
#include "aws/paging/path_node.hpp"

#include <optional>
#include <utility>

namespace gradus::aws {

namespace {

using Kind = PathKind;
using Node = PathExpression::Node;
using NodePtr = PathNodePtr;
using Token = PathToken;
using TokenKind = PathTokenKind;

constexpr int depth_max = 50;

NodePtr make(Kind kind, NodePtr left = nullptr, NodePtr right = nullptr) {
    Node node;
    node.kind = kind;
    node.left = std::move(left);
    node.right = std::move(right);
    return std::make_shared<const Node>(std::move(node));
}

// How strongly a sign binds what stands before it; the specification's grammar as numbers.
constexpr int or_power = 2;
constexpr int and_power = 3;
constexpr int compare_power = 5;
constexpr int flatten_power = 9;
constexpr int star_power = 20;
constexpr int filter_power = 21;
constexpr int dot_power = 40;
constexpr int not_power = 45;
constexpr int bracket_power = 55;

std::optional<Kind> comparison(std::string_view sign) {
    if (sign == "==") return Kind::equal;
    if (sign == "!=") return Kind::not_equal;
    if (sign == "<") return Kind::less;
    if (sign == "<=") return Kind::less_or_equal;
    if (sign == ">") return Kind::greater;
    if (sign == ">=") return Kind::greater_or_equal;
    return std::nullopt;
}

int power_of(const Token& token) {
    if (token.kind != TokenKind::sign) return 0;
    if (token.text == "||") return or_power;
    if (token.text == "&&") return and_power;
    if (comparison(token.text)) return compare_power;
    if (token.text == "[]") return flatten_power;
    if (token.text == "[?") return filter_power;
    if (token.text == ".") return dot_power;
    if (token.text == "[") return bracket_power;
    return 0;
}

class Parser {
public:
    explicit Parser(std::vector<Token> tokens) : tokens_(std::move(tokens)) {}

    Result<NodePtr> run() {
        GRADUS_TRY(NodePtr root, expression(0));
        if (here().kind != TokenKind::end) return path_fault("expected the end", here().at);
        return root;
    }

private:
    const Token& here() const { return tokens_[at_]; }
    bool is_sign(std::string_view sign) const {
        return here().kind == TokenKind::sign && here().text == sign;
    }
    bool take(std::string_view sign) {
        if (!is_sign(sign)) return false;
        ++at_;
        return true;
    }
    Result<void> expect(std::string_view sign) {
        if (take(sign)) return {};
        return path_fault("expected '" + std::string(sign) + "'", here().at);
    }

    Result<NodePtr> expression(int power) {
        if (++depth_ > depth_max)
            return Error{ErrorCode::limit,
                         "nested deeper than " + std::to_string(depth_max) + " levels"};
        GRADUS_TRY(NodePtr left, first());
        while (power < power_of(here())) {
            GRADUS_TRY(left, extended(std::move(left)));
        }
        --depth_;
        return left;
    }

    Result<NodePtr> first() {
        const Token token = here();
        if (token.kind == TokenKind::name) {
            ++at_;
            if (is_sign("(")) return function(token);
            Node node;
            node.kind = Kind::field;
            node.name = token.text;
            return std::make_shared<const Node>(std::move(node));
        }
        if (token.kind == TokenKind::literal) {
            ++at_;
            Node node;
            node.kind = Kind::literal;
            node.value = token.value;
            return std::make_shared<const Node>(std::move(node));
        }
        if (take("@")) return make(Kind::current);
        if (take("!")) {
            GRADUS_TRY(NodePtr inner, expression(not_power));
            return make(Kind::logical_not, std::move(inner));
        }
        if (take("(")) {
            GRADUS_TRY(NodePtr inner, expression(0));
            GRADUS_CHECK(expect(")"));
            return inner;
        }
        if (take("*")) return all_values(make(Kind::current));
        if (is_sign("[") || is_sign("[]") || is_sign("[?")) return extended(make(Kind::current));
        return path_fault("expected an expression", token.at);
    }

    Result<NodePtr> function(const Token& name) {
        ++at_;
        const bool has_two = name.text == "contains";
        if (!has_two && name.text != "length")
            return Error{ErrorCode::unsupported, "the function " + name.text + " isn't offered"};
        GRADUS_TRY(NodePtr left, expression(0));
        NodePtr right;
        if (has_two) {
            GRADUS_CHECK(expect(","));
            GRADUS_TRY(right, expression(0));
        }
        GRADUS_CHECK(expect(")"));
        return make(has_two ? Kind::contains : Kind::length, std::move(left), std::move(right));
    }

    // What a sign makes of what stands before it.
    Result<NodePtr> extended(NodePtr left) {
        const Token token = here();
        ++at_;
        if (token.text == ".") return member(std::move(left));
        if (token.text == "[]") {
            GRADUS_TRY(NodePtr right, of_each(flatten_power));
            return make(Kind::projection, make(Kind::flatten, std::move(left)), std::move(right));
        }
        if (token.text == "[?") return filter(std::move(left));
        if (token.text == "[") return bracket(std::move(left));
        GRADUS_TRY(NodePtr right, expression(power_of(token)));
        Kind kind = token.text == "||" ? Kind::logical_or : Kind::logical_and;
        if (const std::optional<Kind> compared = comparison(token.text)) kind = *compared;
        return make(kind, std::move(left), std::move(right));
    }

    Result<NodePtr> all_values(NodePtr left) {
        GRADUS_TRY(NodePtr right, of_each(star_power));
        return make(Kind::projection, make(Kind::values, std::move(left)), std::move(right));
    }

    Result<NodePtr> member(NodePtr left) {
        if (take("*")) return all_values(std::move(left));
        if (here().kind != TokenKind::name) return path_fault("expected a name", here().at);
        GRADUS_TRY(NodePtr right, expression(dot_power));
        return make(Kind::sub, std::move(left), std::move(right));
    }

    Result<NodePtr> filter(NodePtr left) {
        Node node;
        node.kind = Kind::filter;
        node.left = std::move(left);
        GRADUS_TRY(node.condition, expression(0));
        GRADUS_CHECK(expect("]"));
        GRADUS_TRY(node.right, of_each(filter_power));
        return std::make_shared<const Node>(std::move(node));
    }

    Result<NodePtr> bracket(NodePtr left) {
        if (take("*")) {
            GRADUS_CHECK(expect("]"));
            GRADUS_TRY(NodePtr right, of_each(star_power));
            return make(Kind::projection, std::move(left), std::move(right));
        }
        if (here().kind != TokenKind::number)
            return path_fault("expected a number or '*'", here().at);
        Node node;
        node.kind = Kind::index;
        node.left = std::move(left);
        node.number = here().value.as_integer();
        ++at_;
        GRADUS_CHECK(expect("]"));
        return std::make_shared<const Node>(std::move(node));
    }

    // What is done with each element of a projection: everything that binds more strongly.
    Result<NodePtr> of_each(int power) {
        if (is_sign(".")) {
            ++at_;
            if (here().kind != TokenKind::name && !is_sign("*"))
                return path_fault("expected a name", here().at);
            return expression(power);
        }
        if (is_sign("[") || (is_sign("[?") && power < filter_power)) return expression(power);
        return make(Kind::current);
    }

    std::vector<Token> tokens_;
    std::size_t at_ = 0;
    int depth_ = 0;
};

} // namespace

Result<PathNodePtr> parse_path(std::string_view text) {
    GRADUS_TRY(std::vector<Token> tokens, path_tokens(text));
    return Parser(std::move(tokens)).run();
}

} // namespace gradus::aws
