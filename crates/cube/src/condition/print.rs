//! Conditions back to SQL.

use std::fmt::{Formatter, Result};

use super::atom::{Atom, Comparison, Literal, Test};
use super::parse::Node;

/// Writes the tree as SQL, fully parenthesised, field names quoted where they must be.
pub(super) fn write(out: &mut Formatter<'_>, node: &Node, atoms: &[Atom]) -> Result {
    match node {
        Node::Constant(value) => out.write_str(if *value { "TRUE" } else { "FALSE" }),
        Node::Atom(position) => atom(out, &atoms[*position]),
        Node::Not(inner) => {
            out.write_str("(NOT ")?;
            write(out, inner, atoms)?;
            out.write_str(")")
        }
        Node::And(left, right) => pair(out, left, "AND", right, atoms),
        Node::Or(left, right) => pair(out, left, "OR", right, atoms),
    }
}

fn pair(out: &mut Formatter<'_>, left: &Node, word: &str, right: &Node, atoms: &[Atom]) -> Result {
    out.write_str("(")?;
    write(out, left, atoms)?;
    write!(out, " {word} ")?;
    write(out, right, atoms)?;
    out.write_str(")")
}

fn atom(out: &mut Formatter<'_>, atom: &Atom) -> Result {
    write!(out, "(\"{}\"", atom.field.replace('"', "\"\""))?;
    match &atom.test {
        Test::Compare(comparison, value) => {
            write!(out, " {} ", symbol(*comparison))?;
            literal(out, value)?;
        }
        Test::In { values, negated } => {
            out.write_str(if *negated { " NOT IN (" } else { " IN (" })?;
            for (position, value) in values.iter().enumerate() {
                if position > 0 {
                    out.write_str(", ")?;
                }
                literal(out, value)?;
            }
            out.write_str(")")?;
        }
        Test::Between { low, high, negated } => {
            out.write_str(if *negated { " NOT BETWEEN " } else { " BETWEEN " })?;
            literal(out, low)?;
            out.write_str(" AND ")?;
            literal(out, high)?;
        }
        Test::IsNull { negated } => out.write_str(if *negated { " IS NOT NULL" } else { " IS NULL" })?,
    }
    out.write_str(")")
}

fn symbol(comparison: Comparison) -> &'static str {
    match comparison {
        Comparison::Equal => "=",
        Comparison::NotEqual => "<>",
        Comparison::Less => "<",
        Comparison::LessOrEqual => "<=",
        Comparison::Greater => ">",
        Comparison::GreaterOrEqual => ">=",
    }
}

fn literal(out: &mut Formatter<'_>, literal: &Literal) -> Result {
    match literal {
        Literal::Text(text) => write!(out, "'{}'", text.replace('\'', "''")),
        Literal::Number(number) => write!(out, "{number}"),
    }
}
