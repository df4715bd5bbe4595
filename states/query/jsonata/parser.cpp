// Tokens to a tree: operator precedence after Pratt. Each operator has the power with which it
// binds to what stands on its left; the numbers are those of the language's grammar.

#include "states/query/jsonata/lexer.hpp"
#include "states/query/jsonata/syntax.hpp"

#include <algorithm>

namespace gradus::jsonata {

namespace {

struct Power {
    std::string_view op;
    int power;
};

constexpr Power powers[] = {
    {".", 75},  {"[", 80},  {"{", 70},   {"(", 80},  {"@", 80},  {"#", 80},  {"?", 20},
    {"+", 50},  {"-", 50},  {"*", 60},   {"/", 60},  {"%", 60},  {"=", 40},  {"<", 40},
    {">", 40},  {"^", 40},  {":=", 10},  {"!=", 40}, {"<=", 40}, {">=", 40}, {"~>", 40},
    {"?:", 40}, {"??", 40}, {"and", 30}, {"or", 25}, {"in", 40}, {"&", 50},
};

int power_of(const Token& token) {
    if (token.kind != TokenKind::op) return 0;
    const auto* found = std::find_if(std::begin(powers), std::end(powers),
                                     [&](const Power& p) { return p.op == token.text; });
    return found == std::end(powers) ? 0 : found->power;
}

using Parsed = Result<Syntax*, Error>;

class Parser {
public:
    explicit Parser(std::string_view text) : lexer_(text) {}

    Result<SyntaxTree, Error> run() {
        GRADUS_CHECK(advance(Expecting::operand));
        GRADUS_TRY(Syntax * root, expression(0));
        if (token_.kind != TokenKind::end) return make_error("S0201", token_.position, token_.text);
        tree_.root = root;
        return std::move(tree_);
    }

private:
    Parsed expression(int power);
    Parsed prefix(const Token& token);
    Parsed infix(const Token& token, Syntax* left);
    Parsed block(const Token& token);
    Parsed array(const Token& token);
    Parsed object(const Token& token, Syntax* left);
    Parsed transform(const Token& token);
    Parsed call(const Token& token, Syntax* left);
    Result<void, Error> lambda(Syntax* node);
    Result<void, Error> lambda_signature(Syntax* node);
    Parsed subscript(const Token& token, Syntax* left);
    Parsed order(const Token& token, Syntax* left);
    Parsed variable_binding(const Token& token, Syntax* left);

    Result<void, Error> advance(Expecting expecting) {
        GRADUS_TRY(token_, lexer_.next(expecting));
        return {};
    }
    Result<void, Error> expect(std::string_view op, Expecting expecting = Expecting::operand) {
        if (token_.is_op(op)) return advance(expecting);
        return make_error(token_.kind == TokenKind::end ? "S0203" : "S0202", token_.position,
                          token_.text, Value(op));
    }
    // Adopts children and keeps the height that bounds every later recursion.
    Syntax* binary(SyntaxKind kind, const Token& token, Syntax* left, Syntax* right) {
        Syntax* node = tree_.make(kind, token.position);
        node->text = token.text;
        node->lhs = left;
        node->rhs = right;
        return node;
    }
    static void raise(Syntax* node) {
        for (const Syntax* child : {node->lhs, node->rhs, node->third}) {
            if (child != nullptr) node->height = std::max(node->height, child->height + 1);
        }
        for (const Syntax* child : node->list)
            node->height = std::max(node->height, child->height + 1);
    }

    Lexer lexer_;
    Token token_;
    SyntaxTree tree_;
    std::uint32_t depth_ = 0;
};

Error too_deep(std::size_t position) {
    Error error = make_error("U1001", position);
    error.message = "The expression is nested too deeply";
    return error;
}

Parsed Parser::expression(int power) {
    if (++depth_ > syntax_depth_max) return too_deep(token_.position);
    Token token = std::move(token_);
    GRADUS_CHECK(advance(Expecting::infix));
    GRADUS_TRY(Syntax * left, prefix(token));
    raise(left);
    while (power < power_of(token_)) {
        token = std::move(token_);
        GRADUS_CHECK(advance(Expecting::operand));
        GRADUS_TRY(left, infix(token, left));
        raise(left);
        if (left->height > syntax_depth_max) return too_deep(token.position);
    }
    --depth_;
    return left;
}

// A token that begins an operand. The token after it has been read as one that may be an infix, so
// where an operand follows at once, `/` can't open a regular expression; so it is in the reference.
Parsed Parser::prefix(const Token& token) {
    const auto leaf = [&](SyntaxKind kind) {
        Syntax* node = tree_.make(kind, token.position);
        node->text = token.text;
        node->value = token.value;
        return node;
    };
    switch (token.kind) {
    case TokenKind::end: return make_error("S0207", token.position, token.text);
    case TokenKind::number: return leaf(SyntaxKind::number);
    case TokenKind::string: return leaf(SyntaxKind::string);
    case TokenKind::literal: return leaf(SyntaxKind::literal);
    case TokenKind::name: return leaf(SyntaxKind::name);
    case TokenKind::variable: return leaf(SyntaxKind::variable);
    case TokenKind::regex: {
        Syntax* node = leaf(SyntaxKind::regex);
        node->regex = tree_.regexes.size();
        tree_.regexes.push_back({token.text, token.ignore_case, token.multiline,
                                 static_cast<std::uint32_t>(token.position)});
        return node;
    }
    case TokenKind::op: break;
    }
    if (token.text == "and" || token.text == "or" || token.text == "in")
        return leaf(SyntaxKind::keyword);
    if (token.text == "*") return leaf(SyntaxKind::wildcard);
    if (token.text == "**") return leaf(SyntaxKind::descendants);
    if (token.text == "%") return leaf(SyntaxKind::parent);
    if (token.text == "(") return block(token);
    if (token.text == "[") return array(token);
    if (token.text == "{") return object(token, nullptr);
    if (token.text == "|") return transform(token);
    if (token.text == "-") {
        GRADUS_TRY(Syntax * operand, expression(70));
        return binary(SyntaxKind::negate, token, operand, nullptr);
    }
    if (token.text == "!" || token.text == "~")
        return make_error("S0204", token.position, token.text);
    return make_error("S0211", token.position, token.text);
}

Parsed Parser::infix(const Token& token, Syntax* left) {
    const std::string& op = token.text;
    const int power = power_of(token);
    if (op == "(") return call(token, left);
    if (op == "[") return subscript(token, left);
    if (op == "{") return object(token, left);
    if (op == "^") return order(token, left);
    if (op == "@" || op == "#") return variable_binding(token, left);
    if (op == "?") {
        GRADUS_TRY(Syntax * then, expression(0));
        Syntax* node = binary(SyntaxKind::condition, token, left, then);
        if (token_.is_op(":")) {
            GRADUS_CHECK(advance(Expecting::operand));
            GRADUS_TRY(node->third, expression(0));
        }
        return node;
    }
    if (op == "?:" || op == "??") {
        GRADUS_TRY(Syntax * otherwise, expression(0));
        return binary(op == "??" ? SyntaxKind::coalesce : SyntaxKind::elvis, token, left,
                      otherwise);
    }
    if (op == ":=") {
        if (left->kind != SyntaxKind::variable)
            return make_error("S0212", left->position, left->text);
        GRADUS_TRY(Syntax * right, expression(power - 1));
        return binary(SyntaxKind::bind, token, left, right);
    }
    GRADUS_TRY(Syntax * right, expression(power));
    const SyntaxKind kind = op == "."    ? SyntaxKind::dot
                            : op == "~>" ? SyntaxKind::apply
                                         : SyntaxKind::binary;
    return binary(kind, token, left, right);
}

Parsed Parser::block(const Token& token) {
    Syntax* node = tree_.make(SyntaxKind::block, token.position);
    while (!token_.is_op(")")) {
        GRADUS_TRY(Syntax * part, expression(0));
        node->list.push_back(part);
        if (!token_.is_op(";")) break;
        GRADUS_CHECK(advance(Expecting::operand));
    }
    GRADUS_CHECK(expect(")", Expecting::infix));
    return node;
}

Parsed Parser::array(const Token& token) {
    Syntax* node = tree_.make(SyntaxKind::array, token.position);
    while (!token_.is_op("]")) {
        GRADUS_TRY(Syntax * item, expression(0));
        if (token_.is_op("..")) {
            const Token dots = token_;
            GRADUS_CHECK(advance(Expecting::operand));
            GRADUS_TRY(Syntax * last, expression(0));
            item = binary(SyntaxKind::range, dots, item, last);
            raise(item);
        }
        node->list.push_back(item);
        if (!token_.is_op(",")) break;
        GRADUS_CHECK(advance(Expecting::operand));
    }
    GRADUS_CHECK(expect("]", Expecting::infix));
    return node;
}

// {…} alone makes an object, after something it groups that by the keys.
Parsed Parser::object(const Token& token, Syntax* left) {
    Syntax* node = tree_.make(SyntaxKind::object, token.position);
    node->text = token.text;
    while (!token_.is_op("}")) {
        GRADUS_TRY(Syntax * key, expression(0));
        GRADUS_CHECK(expect(":"));
        GRADUS_TRY(Syntax * value, expression(0));
        node->list.push_back(key);
        node->list.push_back(value);
        if (!token_.is_op(",")) break;
        GRADUS_CHECK(advance(Expecting::operand));
    }
    GRADUS_CHECK(expect("}", Expecting::infix));
    if (left == nullptr) return node;
    raise(node);
    return binary(SyntaxKind::group, token, left, node);
}

Parsed Parser::transform(const Token& token) {
    Syntax* node = tree_.make(SyntaxKind::transform, token.position);
    GRADUS_TRY(node->lhs, expression(0));
    GRADUS_CHECK(expect("|"));
    GRADUS_TRY(node->rhs, expression(0));
    if (token_.is_op(",")) {
        GRADUS_CHECK(advance(Expecting::operand));
        GRADUS_TRY(node->third, expression(0));
    }
    GRADUS_CHECK(expect("|", Expecting::infix));
    return node;
}

Parsed Parser::call(const Token& token, Syntax* left) {
    Syntax* node = binary(SyntaxKind::call, token, left, nullptr);
    while (!token_.is_op(")")) {
        if (token_.is_op("?")) {
            node->kind = SyntaxKind::partial;
            node->list.push_back(tree_.make(SyntaxKind::placeholder, token_.position));
            GRADUS_CHECK(advance(Expecting::infix));
        } else {
            GRADUS_TRY(Syntax * argument, expression(0));
            node->list.push_back(argument);
        }
        if (!token_.is_op(",")) break;
        GRADUS_CHECK(advance(Expecting::operand));
    }
    GRADUS_CHECK(expect(")", Expecting::infix));
    if (left->kind == SyntaxKind::name && (left->text == "function" || left->text == "\u03bb"))
        GRADUS_CHECK(lambda(node));
    return node;
}

Result<void, Error> Parser::lambda(Syntax* node) {
    for (std::size_t i = 0; i < node->list.size(); ++i) {
        const Syntax* parameter = node->list[i];
        if (parameter->kind != SyntaxKind::variable) {
            return make_error("S0208", parameter->position, parameter->text, Value(i + 1));
        }
    }
    node->kind = SyntaxKind::lambda;
    node->lhs = nullptr;
    if (token_.is_op("<")) GRADUS_CHECK(lambda_signature(node));
    GRADUS_CHECK(expect("{"));
    GRADUS_TRY(node->rhs, expression(0));
    return expect("}", Expecting::infix);
}

Result<void, Error> Parser::lambda_signature(Syntax* node) {
    const std::size_t position = token_.position;
    std::string text = "<";
    int depth = 1;
    while (depth > 0) {
        GRADUS_CHECK(advance(Expecting::infix));
        if (token_.is_op("{") || token_.kind == TokenKind::end) break;
        if (token_.is_op("<")) ++depth;
        if (token_.is_op(">")) --depth;
        text += token_.text;
    }
    GRADUS_CHECK(expect(">"));
    node->signature.emplace();
    const SignatureFault fault = parse_signature(text, *node->signature);
    if (!fault.code.empty()) return make_error(fault.code, position, text);
    return {};
}

Parsed Parser::subscript(const Token& token, Syntax* left) {
    if (token_.is_op("]")) {
        // An empty predicate keeps arrays of one member.
        Syntax* step = left;
        while (step != nullptr && step->kind == SyntaxKind::predicate)
            step = step->lhs;
        step->keep_array = true;
        GRADUS_CHECK(expect("]", Expecting::infix));
        return left;
    }
    GRADUS_TRY(Syntax * filter, expression(0));
    GRADUS_CHECK(expect("]", Expecting::infix));
    return binary(SyntaxKind::predicate, token, left, filter);
}

Parsed Parser::order(const Token& token, Syntax* left) {
    Syntax* node = binary(SyntaxKind::order, token, left, nullptr);
    GRADUS_CHECK(expect("("));
    while (true) {
        bool descending = false;
        if (token_.is_op("<") || token_.is_op(">")) {
            descending = token_.is_op(">");
            GRADUS_CHECK(advance(Expecting::operand));
        }
        GRADUS_TRY(Syntax * term, expression(0));
        // A node of its own, because the same variable may be a term twice with other directions.
        Syntax* holder = binary(SyntaxKind::block, token, nullptr, nullptr);
        holder->lhs = term;
        holder->descending = descending;
        raise(holder);
        node->list.push_back(holder);
        if (!token_.is_op(",")) break;
        GRADUS_CHECK(advance(Expecting::operand));
    }
    GRADUS_CHECK(expect(")", Expecting::infix));
    return node;
}

Parsed Parser::variable_binding(const Token& token, Syntax* left) {
    GRADUS_TRY(Syntax * variable, expression(power_of(token)));
    if (variable->kind != SyntaxKind::variable)
        return make_error("S0214", variable->position, token.text);
    return binary(token.text == "@" ? SyntaxKind::focus : SyntaxKind::index, token, left, variable);
}

} // namespace

Result<SyntaxTree, Error> parse(std::string_view text) {
    if (text.size() > expression_bytes_max) return too_deep(0);
    return Parser(text).run();
}

} // namespace gradus::jsonata
