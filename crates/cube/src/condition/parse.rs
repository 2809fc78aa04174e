//! From SQL text to atoms and the tree that joins them.

use sqlparser::ast::{BinaryOperator, Expr, UnaryOperator, Value};
use sqlparser::dialect::GenericDialect;
use sqlparser::parser::Parser;
use sqlparser::tokenizer::Token;

use super::atom::{Atom, Comparison, Literal, Test};

/// Longest condition, bytes: far beyond any definition, and small enough for the parser never to be a burden.
const LONGEST: usize = 64 * 1024;
const ALLOWED: &str = "allowed are comparisons of one field with literals (=, <>, <, <=, >, >=, [NOT] IN, [NOT] BETWEEN, \
     IS [NOT] NULL), AND, OR, NOT, parentheses, 'text', numbers, TRUE and FALSE";

/// How atoms are joined.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Node {
    Constant(bool),
    Atom(usize),
    Not(Box<Node>),
    And(Box<Node>, Box<Node>),
    Or(Box<Node>, Box<Node>),
}

impl Node {
    /// Three-valued logic: AND is the least and OR the greatest of false < unknown < true.
    pub(super) fn combine(&self, answer: &dyn Fn(usize) -> Option<bool>) -> Option<bool> {
        match self {
            Self::Constant(value) => Some(*value),
            Self::Atom(atom) => answer(*atom),
            Self::Not(node) => node.combine(answer).map(|value| !value),
            Self::And(left, right) => match left.combine(answer) {
                Some(false) => Some(false),
                left => match (left, right.combine(answer)) {
                    (_, Some(false)) => Some(false),
                    (Some(true), Some(true)) => Some(true),
                    _ => None,
                },
            },
            Self::Or(left, right) => match left.combine(answer) {
                Some(true) => Some(true),
                left => match (left, right.combine(answer)) {
                    (_, Some(true)) => Some(true),
                    (Some(false), Some(false)) => Some(false),
                    _ => None,
                },
            },
        }
    }
}

/// Parses a condition; the error says what is wrong and what is allowed.
pub(super) fn parse(text: &str) -> Result<(Vec<Atom>, Node), String> {
    if text.trim().is_empty() {
        return Err(format!("it is empty; write TRUE to take every row; {ALLOWED}"));
    }
    if text.len() > LONGEST {
        return Err(format!("it is longer than {LONGEST} bytes"));
    }
    let mut parser =
        Parser::new(&GenericDialect {}).try_with_sql(text).map_err(|error| format!("{error}; {ALLOWED}"))?;
    let expression = parser.parse_expr().map_err(|error| format!("{error}; {ALLOWED}"))?;
    let next = parser.peek_token();
    if next.token != Token::EOF {
        return Err(format!("`{}` is left over after the end of the condition", next.token));
    }
    let mut atoms = Vec::new();
    let node = walk(&expression, &mut atoms)?;
    Ok((atoms, node))
}

fn walk(expression: &Expr, atoms: &mut Vec<Atom>) -> Result<Node, String> {
    match expression {
        Expr::Nested(inner) => walk(inner, atoms),
        Expr::UnaryOp { op: UnaryOperator::Not, expr } => Ok(Node::Not(Box::new(walk(expr, atoms)?))),
        Expr::BinaryOp { left, op: BinaryOperator::And, right } => {
            Ok(Node::And(Box::new(walk(left, atoms)?), Box::new(walk(right, atoms)?)))
        }
        Expr::BinaryOp { left, op: BinaryOperator::Or, right } => {
            Ok(Node::Or(Box::new(walk(left, atoms)?), Box::new(walk(right, atoms)?)))
        }
        Expr::BinaryOp { left, op, right } => {
            let (field, comparison, literal) = comparison(left, op, right)?;
            Ok(remember(atoms, field, Test::Compare(comparison, literal)))
        }
        Expr::InList { expr, list, negated } => {
            let values = list.iter().map(literal).collect::<Result<_, _>>()?;
            Ok(remember(atoms, field(expr)?, Test::In { values, negated: *negated }))
        }
        Expr::Between { expr, negated, low, high } => {
            let test = Test::Between { low: literal(low)?, high: literal(high)?, negated: *negated };
            Ok(remember(atoms, field(expr)?, test))
        }
        Expr::IsNull(expr) => Ok(remember(atoms, field(expr)?, Test::IsNull { negated: false })),
        Expr::IsNotNull(expr) => Ok(remember(atoms, field(expr)?, Test::IsNull { negated: true })),
        Expr::Value(value) => match value.value {
            Value::Boolean(value) => Ok(Node::Constant(value)),
            _ => Err(format!("`{expression}` alone is not a condition; {ALLOWED}")),
        },
        Expr::Identifier(_) => Err(format!("the field `{expression}` must be compared with something; {ALLOWED}")),
        other => Err(format!("`{other}` is not allowed; {ALLOWED}")),
    }
}

fn comparison(left: &Expr, operator: &BinaryOperator, right: &Expr) -> Result<(String, Comparison, Literal), String> {
    let comparison = match operator {
        BinaryOperator::Eq => Comparison::Equal,
        BinaryOperator::NotEq => Comparison::NotEqual,
        BinaryOperator::Lt => Comparison::Less,
        BinaryOperator::LtEq => Comparison::LessOrEqual,
        BinaryOperator::Gt => Comparison::Greater,
        BinaryOperator::GtEq => Comparison::GreaterOrEqual,
        other => return Err(format!("the operator `{other}` is not allowed; {ALLOWED}")),
    };
    match (left, right) {
        (Expr::Identifier(_), Expr::Identifier(_)) => Err(format!(
            "`{left} {operator} {right}` compares a field with a field; {ALLOWED} (text goes in single quotes)"
        )),
        (Expr::Identifier(_), _) => Ok((field(left)?, comparison, literal(right)?)),
        (_, Expr::Identifier(_)) => Ok((field(right)?, comparison.mirrored(), literal(left)?)),
        _ => Err(format!("`{left} {operator} {right}` compares no field; {ALLOWED}")),
    }
}

fn field(expression: &Expr) -> Result<String, String> {
    match expression {
        Expr::Identifier(name) => Ok(name.value.clone()),
        other => Err(format!("`{other}` stands where the name of a field is needed; {ALLOWED}")),
    }
}

fn literal(expression: &Expr) -> Result<Literal, String> {
    match expression {
        Expr::Value(value) => match &value.value {
            Value::Number(digits, _) => number(digits, 1.0),
            Value::SingleQuotedString(text) => Ok(Literal::Text(text.clone())),
            Value::Null => Err("nothing equals NULL; write IS NULL or IS NOT NULL".to_owned()),
            _ => Err(format!("`{expression}` is neither 'text' nor a number; {ALLOWED}")),
        },
        Expr::UnaryOp { op, expr } => match (op, expr.as_ref()) {
            (UnaryOperator::Minus, Expr::Value(value)) => match &value.value {
                Value::Number(digits, _) => number(digits, -1.0),
                _ => Err(format!("`{expression}` is neither 'text' nor a number; {ALLOWED}")),
            },
            _ => Err(format!("`{expression}` is neither 'text' nor a number; {ALLOWED}")),
        },
        Expr::Identifier(_) => Err(format!(
            "the field `{expression}` stands where a literal is needed (text goes in single quotes); {ALLOWED}"
        )),
        other => Err(format!("`{other}` is neither 'text' nor a number; {ALLOWED}")),
    }
}

fn number(digits: &str, sign: f64) -> Result<Literal, String> {
    digits
        .parse::<f64>()
        .ok()
        .filter(|number| number.is_finite())
        .map(|number| Literal::Number(sign * number))
        .ok_or_else(|| format!("`{digits}` is not a number that can be used"))
}

fn remember(atoms: &mut Vec<Atom>, field: String, test: Test) -> Node {
    let atom = Atom { field, test };
    let position = atoms.iter().position(|known| *known == atom).unwrap_or_else(|| {
        atoms.push(atom);
        atoms.len() - 1
    });
    Node::Atom(position)
}
