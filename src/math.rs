//! Arithmetic: which calculations a picture may ask for, and a random one of them with its answer.

use std::ops::RangeInclusive;

use rand::{seq::IndexedRandom, Rng, RngExt};

use crate::error::{shown, Error, Result};

/// What the calculations of [`Kind::Math`](crate::Kind::Math) are made of.
///
/// Each is one that is done in the head: no step of it goes below zero or leaves a remainder.
///
/// ```
/// use ccap::{Math, Operators, Options, Kind, Picture, Style};
///
/// let math = Math { operators: Operators::parse("+×")?, max: 9, ..Math::default() };
/// let style = Style::new(Options { kind: Kind::Math(math), ..Options::default() })?;
/// let answer: u32 = Picture::random(&style)?.text.parse().unwrap();
/// assert!(answer <= 81);
/// # Ok::<(), ccap::Error>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Math {
    /// What is done with the operands, default [`Operators::DEFAULT`].
    pub operators: Operators,
    /// The least operand: 1..=99, default 1.
    pub min: u32,
    /// The greatest operand: 1..=99, default 20.
    pub max: u32,
    /// Operands of a calculation: 2..=3, default 2.
    pub terms: u32,
}

/// Some of the four operators.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Operators(u8);

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Operator {
    Plus,
    Minus,
    Times,
    Over,
}

use Operator::{Minus, Over, Plus, Times};

/// A calculation as it is drawn, and what comes of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Calculation {
    /// At most as many letters as a picture may have: `99×99×99=?`. What sets the signs apart is the layout's.
    pub expression: String,
    /// At most 99³.
    pub answer: u32,
}

impl Default for Math {
    fn default() -> Self {
        Self { operators: Operators::DEFAULT, min: 1, max: 20, terms: 2 }
    }
}

impl Math {
    /// The numeric options and their limits, in the order of a key.
    pub(crate) const LIMITS: [(&'static str, RangeInclusive<u32>); 3] =
        [("min", 1..=99), ("max", 1..=99), ("terms", 2..=3)];

    /// The numbers, in the order of [`LIMITS`](Self::LIMITS).
    pub(crate) fn numbers(&self) -> [u32; 3] {
        [self.min, self.max, self.terms]
    }

    pub(crate) fn numbers_mut(&mut self) -> [&mut u32; 3] {
        [&mut self.min, &mut self.max, &mut self.terms]
    }

    /// Checks that there are such calculations, the numbers being within their limits.
    pub(crate) fn check(&self) -> Result<()> {
        if self.min > self.max {
            return Err(Error::out_of_range("min", format!("<= \"max\", which is {}", self.max), self.min.to_string()));
        }
        if self.steps().is_empty() {
            let allowed = format!(
                "with more than {} where there are three operands from {} to {}",
                self.operators.names(),
                self.min,
                self.max
            );
            return Err(Error::out_of_range("operators", allowed, shown(&self.operators.names())));
        }
        Ok(())
    }

    /// A random calculation. Any that is allowed may come. Which operators it has is as likely as any others; of a difference or a
    /// quotient it is the result that is, so that a guess is helped least.
    ///
    /// # Panics
    /// Without a [check](Self::check) before.
    pub(crate) fn random(&self, rng: &mut impl Rng) -> Calculation {
        let &(first, second) = self.steps().choose(rng).expect("there are calculations");
        let Some(second) = second else {
            let [a, b] = self.pair(first, 0, rng);
            return Calculation { expression: format!("{a}{}{b}=?", first.sign()), answer: first.apply(a, b) };
        };
        let ([a, b, c], answer) = if second.binds_tighter_than(first) {
            let [b, c] = self.tight_pair(second, first == Minus, rng);
            let right = second.apply(b, c);
            let least = if first == Minus { right.max(self.min) } else { self.min };
            let a = rng.random_range(least..=self.max);
            ([a, b, c], first.apply(a, right))
        } else {
            let [a, b] = self.pair(first, self.least_before(second), rng);
            let left = first.apply(a, b);
            let c = self.operand_after(left, second, rng);
            ([a, b, c], second.apply(left, c))
        };
        Calculation { expression: format!("{a}{}{b}{}{c}=?", first.sign(), second.sign()), answer }
    }

    /// The letters that calculations are written with.
    pub(crate) fn letters(&self) -> impl Iterator<Item = char> {
        ('0'..='9').chain(self.operators.iter().map(Operator::sign)).chain(['=', '?'])
    }

    /// The operators of a calculation, one or two, of which there is one.
    fn steps(&self) -> Vec<(Operator, Option<Operator>)> {
        let all = || self.operators.iter();
        if self.terms == 2 {
            return all().map(|first| (first, None)).collect();
        }
        let pairs = all().flat_map(|first| all().map(move |second| (first, Some(second))));
        pairs.filter(|&(first, second)| second.is_none_or(|second| self.allows(first, second))).collect()
    }

    /// Whether three operands go together so. Others than these always do.
    fn allows(&self, first: Operator, second: Operator) -> bool {
        let Self { min, max, .. } = *self;
        match (first, second) {
            (Minus, Minus) => 2 * min <= max,
            (Minus, Times) | (Over, Over | Minus) => min * min <= max,
            _ => true,
        }
    }

    /// What a result must be at least for `operator` to follow it.
    fn least_before(&self, operator: Operator) -> u32 {
        match operator {
            Plus | Times => 0,
            Minus | Over => self.min,
        }
    }

    /// Two operands whose result is at least `least`, if sums and products are without that.
    fn pair(&self, operator: Operator, least: u32, rng: &mut impl Rng) -> [u32; 2] {
        let Self { min, max, .. } = *self;
        match operator {
            Plus | Times => [rng.random_range(min..=max), rng.random_range(min..=max)],
            Minus => {
                let result = rng.random_range(least..=max - min);
                let b = rng.random_range(min..=max - result);
                [b + result, b]
            }
            Over => {
                let result = rng.random_range(least.max(1)..=max / min);
                let b = rng.random_range(min..=max / result);
                [b * result, b]
            }
        }
    }

    /// Two operands of a product or a quotient; where it is to be taken from an operand, it is no greater than the greatest.
    fn tight_pair(&self, operator: Operator, is_taken: bool, rng: &mut impl Rng) -> [u32; 2] {
        if operator == Times && is_taken {
            let b = rng.random_range(self.min..=self.max / self.min);
            return [b, rng.random_range(self.min..=self.max / b)];
        }
        self.pair(operator, 0, rng)
    }

    /// An operand that may follow `left`.
    fn operand_after(&self, left: u32, operator: Operator, rng: &mut impl Rng) -> u32 {
        let Self { min, max, .. } = *self;
        match operator {
            Plus | Times => rng.random_range(min..=max),
            Minus => rng.random_range(min..=max.min(left)),
            Over => {
                let divisors: Vec<u32> = (min..=max).filter(|&c| left.is_multiple_of(c)).collect();
                *divisors.choose(rng).expect("a quotient divides itself, and a product its factors")
            }
        }
    }
}

impl Operators {
    /// Plus and minus.
    pub const DEFAULT: Self = Self(1 << Plus as u8 | 1 << Minus as u8);

    /// Reads some of `+`, `-`, `×` and `÷`, also written `−`, `*` and `/`; one that is named twice counts once.
    ///
    /// # Errors
    /// When there is none, or something else.
    pub fn parse(signs: &str) -> Result<Self> {
        let refuse = |received| Err(Error::out_of_range("operators", "some of '+', '-', '×' and '÷'", received));
        let mut operators = 0;
        for sign in signs.chars() {
            match Operator::of(sign) {
                Some(operator) => operators |= 1 << operator as u8,
                None => return refuse(format!("{} with {sign:?}", shown(signs))),
            }
        }
        if operators == 0 {
            return refuse(shown(signs));
        }
        Ok(Self(operators))
    }

    /// Their names as an option.
    #[must_use]
    pub fn names(self) -> String {
        self.iter().map(|operator| if operator == Minus { '-' } else { operator.sign() }).collect()
    }

    fn iter(self) -> impl Iterator<Item = Operator> {
        Operator::ALL.into_iter().filter(move |&operator| self.0 >> operator as u8 & 1 == 1)
    }
}

impl Operator {
    const ALL: [Self; 4] = [Plus, Minus, Times, Over];

    fn of(sign: char) -> Option<Self> {
        Some(match sign {
            '+' => Plus,
            '-' | '−' => Minus,
            '*' | '×' => Times,
            '/' | '÷' => Over,
            _ => return None,
        })
    }

    /// As it is drawn.
    fn sign(self) -> char {
        match self {
            Plus => '+',
            Minus => '−',
            Times => '×',
            Over => '÷',
        }
    }

    fn binds_tighter_than(self, other: Self) -> bool {
        matches!((other, self), (Plus | Minus, Times | Over))
    }

    fn apply(self, a: u32, b: u32) -> u32 {
        match self {
            Plus => a + b,
            Minus => a - b,
            Times => a * b,
            Over => a / b,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use rand::{rngs::Xoshiro256PlusPlus, SeedableRng};
    use std::collections::{BTreeMap, BTreeSet};

    fn math(operators: &str, min: u32, max: u32, terms: u32) -> Math {
        Math { operators: Operators::parse(operators).unwrap(), min, max, terms }
    }

    /// The operands and signs of an expression as it is drawn.
    fn read(expression: &str) -> (Vec<i64>, Vec<char>) {
        let sum = expression.strip_suffix("=?").unwrap();
        let operands = sum.split(['+', '−', '×', '÷']).map(|number| number.parse().unwrap()).collect();
        (operands, sum.chars().filter(|sign| !sign.is_ascii_digit()).collect())
    }

    /// Does products and quotients first, then sums and differences, each from the left; `None` where a step goes below zero or has a
    /// remainder. Written without anything of what makes calculations.
    fn solve(expression: &str) -> Option<i64> {
        let (mut numbers, mut signs) = read(expression);
        for tight in [true, false] {
            let mut i = 0;
            while i < signs.len() {
                if matches!(signs[i], '×' | '÷') != tight {
                    i += 1;
                    continue;
                }
                let b = numbers.remove(i + 1);
                let a = numbers[i];
                numbers[i] = match signs.remove(i) {
                    '+' => a + b,
                    '−' => a - b,
                    '×' => a * b,
                    _ if a % b == 0 => a / b,
                    _ => return None,
                };
                if numbers[i] < 0 {
                    return None;
                }
            }
        }
        Some(numbers[0])
    }

    /// Every expression of these options that can be solved, by trying all.
    fn all(math: Math) -> BTreeMap<String, i64> {
        let signs: Vec<char> = math.operators.iter().map(Operator::sign).collect();
        let mut sums: Vec<String> = (math.min..=math.max).map(|a| a.to_string()).collect();
        for _ in 1..math.terms {
            let longer = |sum: &String| {
                let sum = sum.clone();
                let signs = signs.clone();
                (math.min..=math.max)
                    .flat_map(move |b| signs.iter().map(|sign| format!("{sum}{sign}{b}")).collect::<Vec<_>>())
            };
            sums = sums.iter().flat_map(longer).collect();
        }
        let sums = sums.into_iter().map(|sum| format!("{sum}=?"));
        sums.filter_map(|sum| solve(&sum).map(|answer| (sum, answer))).collect()
    }

    #[test]
    fn the_check_solves_by_precedence() {
        for (sum, answer) in [("2+3×4=?", Some(14)), ("9−4÷2=?", Some(7)), ("8÷4÷2=?", Some(1)), ("9−5−4=?", Some(0))]
        {
            assert_eq!(solve(sum), answer);
        }
        for sum in ["3−5=?", "3−5+9=?", "7÷2=?", "5÷2×2=?"] {
            assert_eq!(solve(sum), None);
        }
    }

    /// Every calculation that is made is one of those that trying all of them finds, with its answer; and every one of those is made.
    #[test]
    fn calculations_are_those_that_there_are() {
        let mut rng = Xoshiro256PlusPlus::seed_from_u64(1);
        let sets = (1..16u8).map(Operators);
        for (operators, terms) in sets.flat_map(|set| [(set, 2), (set, 3)]) {
            for (min, max) in [(1, 1), (1, 4), (2, 5), (3, 7)] {
                let math = Math { operators, min, max, terms };
                let expected = all(math);
                assert_eq!(math.check().is_ok(), !expected.is_empty(), "{math:?}");
                let mut seen = BTreeSet::new();
                for _ in 0..if expected.is_empty() { 0 } else { 60 * expected.len() } {
                    let Calculation { expression, answer } = math.random(&mut rng);
                    assert_eq!(expected.get(&expression), Some(&i64::from(answer)), "{expression} of {math:?}");
                    seen.insert(expression);
                }
                let missing: Vec<_> = expected.keys().filter(|&sum| !seen.contains(sum)).collect();
                assert!(missing.len() * 50 <= expected.len(), "{missing:?} of {} of {math:?}", expected.len());
            }
        }
    }

    /// Ranges as large and as narrow as there are: no answer is wrong, too long to draw, or makes a number overflow.
    #[test]
    fn calculations_hold_at_the_extremes() {
        let mut rng = Xoshiro256PlusPlus::seed_from_u64(2);
        let mut greatest = 0;
        for set in 1..16u8 {
            for terms in [2, 3] {
                for (min, max) in [(1, 99), (99, 99), (1, 1), (98, 99), (49, 99), (50, 99), (9, 81), (10, 99), (9, 80)]
                {
                    let math = Math { operators: Operators(set), min, max, terms };
                    if math.check().is_err() {
                        continue;
                    }
                    for _ in 0..300 {
                        let Calculation { expression, answer } = math.random(&mut rng);
                        assert_eq!(solve(&expression), Some(i64::from(answer)), "{expression} of {math:?}");
                        assert!(expression.chars().count() <= crate::Options::MAX_TEXT, "{expression}");
                        let (operands, signs) = read(&expression);
                        assert!(operands.len() == terms as usize && signs.len() + 1 == operands.len(), "{expression}");
                        assert!(operands.iter().all(|n| (i64::from(min)..=i64::from(max)).contains(n)), "{expression}");
                        greatest = greatest.max(answer);
                    }
                }
            }
        }
        assert_eq!(greatest, 99 * 99 * 99);
    }

    /// Where all four operators have two operands from 1 to 20, each comes as often as another, and each difference, and each quotient.
    #[test]
    fn operators_and_results_are_as_likely_as_others() {
        let mut rng = Xoshiro256PlusPlus::seed_from_u64(3);
        let mut signs = BTreeMap::new();
        let mut results = BTreeMap::new();
        const N: u32 = 80_000;
        for _ in 0..N {
            let Calculation { expression, answer } = math("+-×÷", 1, 20, 2).random(&mut rng);
            let sign = read(&expression).1[0];
            *signs.entry(sign).or_insert(0) += 1;
            *results.entry((sign, answer)).or_insert(0) += 1;
        }
        let near = |count: u32, expected: u32| count.abs_diff(expected) < 6 * expected.isqrt();
        assert!(signs.values().all(|&count| near(count, N / 4)), "{signs:?}");
        for (sign, answers) in [('−', 0..=19), ('÷', 1..=20)] {
            assert!(answers.clone().all(|answer| near(results[&(sign, answer)], N / 80)), "{results:?}");
            assert_eq!(results.keys().filter(|key| key.0 == sign).count(), answers.count());
        }
    }

    #[test]
    fn operators_are_read_in_every_writing() {
        for (signs, names) in [("+", "+"), ("-+", "+-"), ("−", "-"), ("*/", "×÷"), ("÷×-+÷", "+-×÷")] {
            assert_eq!(Operators::parse(signs).unwrap().names(), names);
        }
        for (bad, received) in
            [("", "\"\""), ("+^", "\"+^\" with '^'"), ("+ -", "\"+ -\" with ' '"), ("plus", "\"plus\" with 'p'")]
        {
            let message = Operators::parse(bad).unwrap_err().to_string();
            let allowed =
                "The value of \"operators\" is out of range. It must be some of '+', '-', '×' and '÷'. Received ";
            assert_eq!(message, format!("{allowed}{received}"));
        }
    }

    #[test]
    fn ranges_without_a_calculation_are_refused() {
        assert_eq!(
            math("+", 21, 20, 2).check().unwrap_err().to_string(),
            "The value of \"min\" is out of range. It must be <= \"max\", which is 20. Received 21"
        );
        assert_eq!(
            math("-", 11, 20, 3).check().unwrap_err().to_string(),
            "The value of \"operators\" is out of range. It must be with more than - where there are three operands from 11 to 20. \
             Received \"-\""
        );
        for (operators, min, max, ok) in
            [("-", 10, 20, true), ("÷", 4, 16, true), ("÷", 4, 15, false), ("-÷", 99, 99, true), ("-×", 99, 99, true)]
        {
            assert_eq!(math(operators, min, max, 3).check().is_ok(), ok, "{operators} {min} {max}");
        }
    }
}
