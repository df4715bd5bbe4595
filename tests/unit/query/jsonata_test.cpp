#include "states/query/jsonata/jsonata.hpp"

#include <gtest/gtest.h>

#include <array>
#include <string>
#include <thread>
#include <vector>

namespace gradus::jsonata {
namespace {

Value json(std::string_view text) { return *parse_json(text); }

/// The outcome as JSON text, "undefined", "function", or "CODE: message".
std::string run(std::string_view text, Dialect dialect = Dialect::standard,
                std::vector<Binding> variables = {}, const Limits& limits = {}) {
    const auto expression = compile(text, dialect);
    if (!expression) return expression.error().text();
    const auto outcome = evaluate(*expression, {.variables = variables}, limits);
    if (!outcome) return outcome.error().text();
    if (outcome->kind == Outcome::Kind::undefined) return "undefined";
    if (outcome->kind == Outcome::Kind::function) return "function";
    return to_json(outcome->value);
}

std::string run_service(std::string_view text) { return run(text, Dialect::step_functions); }

TEST(JsonataService, partitions_an_array) {
    EXPECT_EQ(run_service("$partition([1,2,3,4,5], 2)"), "[[1,2],[3,4],[5]]");
    EXPECT_EQ(run_service("$partition([0], 1)"), "[[0]]");
    EXPECT_EQ(run_service("$partition([1,2,3], 2.9)"), "[[1,2],[3]]");
    EXPECT_EQ(run_service("$partition([1], 0)"),
              "D3137: The chunk size of $partition() must be a positive number");
}

TEST(JsonataService, counts_a_range_with_both_ends) {
    EXPECT_EQ(run_service("$range(1, 9, 2)"), "[1,3,5,7,9]");
    EXPECT_EQ(run_service("$range(5, 1, -2)"), "[5,3,1]");
    EXPECT_EQ(run_service("$range(1, 9, 9)"), "1");
    EXPECT_EQ(run_service("$range(1, 9, 0)"), "D3137: The step of $range() must not be 0");
}

TEST(JsonataService, hashes_as_hexadecimal) {
    EXPECT_EQ(run_service("$hash('abc', 'SHA-1')"), "\"a9993e364706816aba3e25717850c26c9cd0d89d\"");
    EXPECT_EQ(run_service("$hash('abc', 'MD5')"), "\"900150983cd24fb0d6963f7d28e17f72\"");
}

TEST(JsonataService, parses_json) {
    EXPECT_EQ(run_service("$parse('{\"a\":[1,2]}').a[1]"), "2");
    EXPECT_EQ(run_service("$parse('{')").substr(0, 6), "D3137:");
}

// AWS documents so for all functions that need integers; the language itself cuts off instead.
TEST(JsonataService, rounds_down_where_integers_are_wanted) {
    EXPECT_EQ(run_service("$range(1.9, 3.9, 1.9)"), "[1,2,3]");
    EXPECT_EQ(run_service("$partition([1,2,3], 1.9)"), "[[1],[2],[3]]");
    EXPECT_EQ(run_service("$substring('hello', 1.9, 2.9)"), "\"el\"");
    EXPECT_EQ(run_service("$substring('hello', -1.5)"), "\"lo\"");
    EXPECT_EQ(run_service("$pad('a', 3.7, 'x')"), "\"axx\"");
    EXPECT_EQ(run_service("$split('a,b,c', ',', 1.9)"), "[\"a\"]");
    EXPECT_EQ(run_service("$round(2.567, 1.9)"), "2.6");
    EXPECT_EQ(run_service("$replace('aaa', 'a', 'b', 1.9)"), "\"baa\"");
    EXPECT_EQ(run_service("$count($match('aaa', /a/, 1.9))"), "1");
    EXPECT_EQ(run_service("$formatBase(10, 2.9)"), "\"1010\"");
    EXPECT_EQ(run_service("$pad('a', -2.5, 'x')"), "\"xxa\"");
    EXPECT_EQ(run_service("'hello' ~> $substring(1.9, 2.9)"), "\"el\"");
    EXPECT_EQ(run("$substring('hello', 1.9, 2.9)"), "\"ell\"");
}

TEST(JsonataService, draws_the_same_number_for_the_same_seed) {
    EXPECT_EQ(run_service("$random(7) = $random(7)"), "true");
    EXPECT_EQ(run_service("$random(7) = $random(8)"), "false");
    EXPECT_EQ(run_service("$random() < 1"), "true");
    EXPECT_EQ(run_service("$length($uuid())"), "36");
}

TEST(JsonataService, has_no_eval_and_no_seeded_random_by_another_name) {
    EXPECT_EQ(run_service("$eval('1')"), "T1006: Attempted to invoke a non-function");
    EXPECT_EQ(run_service("$randomSeeded(1)"), "T1006: Attempted to invoke a non-function");
    EXPECT_EQ(run("$eval('1+2')"), "3");
    EXPECT_EQ(run("$uuid()"), "T1006: Attempted to invoke a non-function");
}

// --- errors -------------------------------------------------------------------------------------

TEST(JsonataErrors, read_like_those_of_the_reference) {
    EXPECT_EQ(run("1 + 'a'"),
              "T2002: The right side of the \"+\" operator must evaluate to a number");
    EXPECT_EQ(run("'a' < 1"),
              "T2009: The values \"a\" and 1 either side of operator \"<\" must be of "
              "the same data type");
    EXPECT_EQ(run("$uppercase(1)"),
              "T0410: Argument 1 of function \"uppercase\" does not match function signature");
    EXPECT_EQ(run("$sum(['a'])"),
              "T0412: Argument 1 of function \"sum\" must be an array of \"numbers\"");
    EXPECT_EQ(run("[1,2"), "S0203: Expected \"]\" before end of expression");
    EXPECT_EQ(run("$error('broken')"), "D3137: broken");
    EXPECT_EQ(run("uppercase('a')"), "T1005: Attempted to invoke a non-function. Did you mean "
                                     "$\"uppercase\"?");
}

TEST(JsonataErrors, name_a_function_of_the_expression_itself) {
    EXPECT_EQ(run("($f := function($x)<n:n>{$x}; $f('a'))"),
              "T0410: Argument 1 of function \"f\" does not match function signature");
}

TEST(JsonataErrors, point_behind_the_token) {
    const auto unclosed = compile("1 + )");
    ASSERT_FALSE(unclosed);
    EXPECT_EQ(unclosed.error().code, "S0211");
    EXPECT_EQ(unclosed.error().position, 5U);
    EXPECT_EQ(unclosed.error().token, ")");
}

TEST(JsonataErrors, refuse_text_that_is_not_utf8) {
    const auto broken = compile("$replace('d\xde.', /^(.*?)d(.*)$/, '$1c$2')");
    ASSERT_FALSE(broken);
    EXPECT_EQ(broken.error().text(), "S0201: Syntax error: \"text that is not UTF-8\"");
}

TEST(JsonataErrors, refuse_numbers_that_json_has_not) {
    EXPECT_EQ(run("1/0").substr(0, 5), "D1001");
    EXPECT_EQ(run("{'a': [1/0]}").substr(0, 5), "D1001");
    EXPECT_EQ(run("1/0 > 5"), "true");
}

// --- limits -------------------------------------------------------------------------------------

TEST(JsonataLimits, stop_endless_recursion) {
    EXPECT_EQ(run("($f := function($n){1 + $f($n)}; $f(1))").substr(0, 27),
              "U1001: Stack overflow error");
}

TEST(JsonataLimits, stop_endless_loops_of_tail_calls) {
    EXPECT_EQ(run("($f := function($n){$f($n + 1)}; $f(1))", Dialect::standard, {},
                  {.steps_max = 100'000})
                  .substr(0, 36),
              "U1001: Expression evaluation timeout");
}

TEST(JsonataLimits, end_a_transform_whose_objects_hold_each_other) {
    const std::string input = R"({"a": {"b": {"c": 1}}})";
    EXPECT_EQ(run(input + " ~> |**|{'all': **}|").substr(0, 6), "U1001:");
    EXPECT_EQ(run(input + " ~> |a.b|{'d': c}|"), R"({"a":{"b":{"c":1,"d":1}}})");
    EXPECT_EQ(run(input + " ~> |a|{'x': b}|"), R"({"a":{"b":{"c":1},"x":{"c":1}}})");
}

TEST(JsonataPaths, take_an_array_that_is_made_and_bound_for_what_it_is) {
    EXPECT_EQ(run("[1,2]#$i"), "[1,2]");
    EXPECT_EQ(run("[nothing]#$i"), "undefined");
    EXPECT_EQ(run("[1,2]#$i{'a': $}"), R"({"a":[1,2]})");
    EXPECT_EQ(run("[$x]#$i.a@$x"), "undefined");
    EXPECT_EQ(run("[1,2][1]#$i"), "2");
    EXPECT_EQ(run("[{'a':1},{'a':2}]#$i.{'n': $i, 'a': a}"), R"([{"a":1},{"a":2}])");
}

TEST(JsonataLimits, let_tail_calls_run_long) {
    EXPECT_EQ(run("($f := function($n, $s){$n = 0 ? $s : $f($n - 1, $s + $n)}; $f(100000, 0))"),
              "5000050000");
}

TEST(JsonataLimits, bound_nesting_that_is_built_up) {
    EXPECT_EQ(run("($f := function($n, $s){$n = 0 ? $s : $f($n - 1, [[$s]])}; $f(100000, 0))"),
              "U1001: A value is nested too deeply");
    EXPECT_EQ(run("($f := function($n, $s){$n = 0 ? $s : $f($n - 1, {'a': $s, 'f': $sum})};"
                  " $f(100000, 0))"),
              "U1001: A value is nested too deeply");
}

TEST(JsonataLimits, free_a_long_chain_of_closures_without_recursion) {
    EXPECT_EQ(run("($f := function($g, $n){$n = 0 ? 'done' : $f(function(){$g()}, $n - 1)};"
                  " $f(function(){1}, 200000))"),
              "\"done\"");
}

TEST(JsonataLimits, bound_text_and_arrays) {
    EXPECT_EQ(run("$pad('', 1000000000, 'abc')"), "U1001: Too much text was made");
    EXPECT_EQ(run("($f := function($s){$f($s & $s)}; $f('abc'))"), "U1001: Too much text was made");
    EXPECT_EQ(run("($f := function($s){$f($append($s, $s))}; $f([1,2]))"),
              "U1001: Too many array elements were made");
    EXPECT_EQ(run("$count([1..10000000])"), "10000000");
    EXPECT_EQ(run("[1..10000001]").substr(0, 5), "D2014");
}

TEST(JsonataLimits, bound_the_nesting_of_an_expression) {
    const std::string deep = std::string(100'000, '(') + "1" + std::string(100'000, ')');
    EXPECT_EQ(run(deep), "U1001: The expression is nested too deeply");
    std::string sum = "1";
    for (int i = 0; i < 10'000; ++i)
        sum += "+1";
    EXPECT_EQ(run(sum), "U1001: The expression is nested too deeply");
}

TEST(JsonataLimits, give_up_on_a_regular_expression_that_explodes) {
    EXPECT_EQ(run("$contains('aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaX', /^(a+)+$/)").substr(0, 5),
              "U1001");
}

// --- what the compiler of workflows asks
// -----------------------------------------------------------

using Names = std::vector<std::vector<std::string>>;

Names free_variables(std::string_view text) {
    return compile(text, Dialect::step_functions)->free_variables();
}

TEST(JsonataExpression, lists_the_variables_it_reads) {
    EXPECT_EQ(free_variables("$states.context.Task.Token"),
              (Names{{"states", "context", "Task", "Token"}}));
    EXPECT_EQ(free_variables("$x.y[z = $a] + $x.y & $count($b)"),
              (Names{{"x", "y"}, {"a"}, {"b"}}));
    EXPECT_EQ(free_variables("($l := $states.input; $map($l, function($i){$i.p * $l.q}))"),
              (Names{{"states", "input"}}));
    EXPECT_EQ(free_variables("$sum([1, 2])"), Names{});
    EXPECT_EQ(free_variables("$items@$i.$other[$i = 1]"), (Names{{"items"}, {"other"}}));
}

InputUse input_use(std::string_view text) { return compile(text)->input_use(); }

TEST(JsonataExpression, tells_whether_it_reads_an_input_document) {
    EXPECT_TRUE(input_use("a").bare_name);
    EXPECT_TRUE(input_use("1 + a.b").bare_name);
    EXPECT_TRUE(input_use("$").context);
    EXPECT_TRUE(input_use("$$.a").root);
    EXPECT_TRUE(input_use("{'a': $count(b)}").bare_name);
    EXPECT_TRUE(input_use("function($x){a}").bare_name);
    EXPECT_FALSE(input_use("$states.input.items[price > 5 and $.qty = 1].(price * qty)").any());
    EXPECT_FALSE(input_use("$x^(>price){type: $sum(price)}").any());
    EXPECT_FALSE(input_use("$x ~> |a.b|{'c': d}|").any());
}

TEST(JsonataExpression, evaluates_in_several_threads_at_once) {
    const auto expression = compile("$sum($x.items[a > 1].(a * b)) & $string(/x/('axb').start)");
    ASSERT_TRUE(expression);
    const Value x = json(R"({"items":[{"a":1,"b":2},{"a":2,"b":3},{"a":3,"b":4}]})");
    std::array<std::string, 4> found;
    std::vector<std::thread> threads;
    for (std::string& result : found) {
        threads.emplace_back([&] {
            const std::array<Binding, 1> variables{{{"x", x}}};
            for (int i = 0; i < 200; ++i)
                result = to_json(evaluate(*expression, {.variables = variables})->value);
        });
    }
    for (std::thread& thread : threads)
        thread.join();

    for (const std::string& result : found)
        EXPECT_EQ(result, "\"181\"");
}

TEST(JsonataExpression, never_changes_a_binding) {
    const Value list = json("[3,1,2]");
    EXPECT_EQ(run("($x := $append($x, 4); $sort($x))", Dialect::standard, {{"x", list}}),
              "[1,2,3,4]");
    EXPECT_EQ(to_json(list), "[3,1,2]");
}

TEST(JsonataExpression, keeps_arguments_alive_that_closures_captured) {
    EXPECT_EQ(run("($make := function($t){function(){$t}};"
                  " $all := $map(['a long text that is not inline', 'another long text, too'],"
                  " function($v){function(){$v & '!'}}); $one := $make('x' & 'y');"
                  " [$all[1](), $one()])"),
              R"(["another long text, too!","xy"])");
    EXPECT_EQ(run("($x := 'a long text that is not inline'; $f := function($a, $b){$a & $b};"
                  " $f($x, $x := 'b'))"),
              R"("a long text that is not inlineb")");
    EXPECT_EQ(run("($f := function($v, $n){$n = 0 ? $v : $f($v & 'x', $n - 1)};"
                  " $f('a long text that is not inline', 3))"),
              R"("a long text that is not inlinexxx")");
}

TEST(JsonataExpression, tells_functions_from_values) {
    EXPECT_EQ(run("function($x){$x}"), "function");
    EXPECT_EQ(run("/a/"), "function");
    EXPECT_EQ(run("$nothing"), "undefined");
    EXPECT_EQ(run("null"), "null");
    EXPECT_EQ(run_service("[1, function($x){$x}]"), "function");
    EXPECT_EQ(run_service("{'a': {'b': function($x){$x}}, 'c': 1}"), "function");
    EXPECT_EQ(run_service("{'a': [$sum]}"), "function");
    EXPECT_EQ(run_service("{'a': [{'b': 1}, $string(2)]}"), R"({"a":[{"b":1},"2"]})");
    EXPECT_EQ(run_service("$merge([{'a': $sum}, {'a': 1}])"), R"({"a":1})");
    EXPECT_EQ(run("[1, function($x){$x}]"), R"([1,""])");
}

TEST(JsonataTime, beyond_the_range_of_a_date_is_none) {
    const std::string picture = "', '[D1] [MNn,3-3] [Y0001]')";
    EXPECT_EQ(run("$toMillis('2 Feb 888888888" + picture), "undefined"); // found by the fuzzer
    EXPECT_EQ(run("$toMillis('14 Sep 275760" + picture), "undefined");
    EXPECT_EQ(run("$toMillis('13 Sep 275760" + picture), "8640000000000000");
    EXPECT_EQ(run("$toMillis('999999999999999999 Feb 2000" + picture), "undefined");
}

TEST(JsonataTime, stands_still_within_an_evaluation) {
    const auto expression = compile("[$now(), $now('[Y]-[M01]'), $string($millis())]");
    const auto outcome = evaluate(*expression, {.now_milliseconds = 1'700'000'000'123});
    EXPECT_EQ(to_json(outcome->value), R"(["2023-11-14T22:13:20.123Z","2023-11","1700000000123"])");
}

} // namespace
} // namespace gradus::jsonata
