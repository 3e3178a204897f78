//! STIX patterns (STIX 2.1, section 9): the values that a pattern looks for, where one of them alone is enough.
//!
//! A comparison for equality, or with a set of values, gives its values, and OR joins them. AND asks for more than one
//! thing: a file's digest alone tells the file, whatever else is asked of it; anything else is no indicator by itself.
//! A negated comparison is none.

/// A value with the path of the property that it is compared with.
pub(super) type Comparison = (String, String);

/// What a pattern, or a part of it, comes to: values of which one is enough, and why other parts give none.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Values {
    pub(super) values: Vec<Comparison>,
    pub(super) problems: Vec<&'static str>,
}

const SYNTAX: &str = "its pattern cannot be read";
const NEGATED: &str = "its pattern asks for what is not there: a negated comparison is no indicator";
const OTHER: &str = "its pattern compares in another way than for equality";
const TOGETHER: &str = "its pattern asks for several things together, of which none is an indicator by itself";
const SEQUENCE: &str = "its pattern asks for a sequence or a number of observations";

/// How deep parentheses may lie in one another.
const MAX_DEPTH: usize = 32;

/// The values of a pattern; the reason where it is none.
pub(super) fn values(pattern: &str) -> Result<Values, &'static str> {
    let tokens = tokens(pattern).ok_or(SYNTAX)?;
    let mut parser = Parser { tokens: &tokens, depth: 0 };
    let values = parser.observations()?;
    if parser.tokens.is_empty() { Ok(values) } else { Err(SYNTAX) }
}

#[derive(Clone, Debug, PartialEq, Eq)]
enum Token {
    /// A property's path, a keyword, a number.
    Word(String),
    /// A string in single quotes.
    Text(String),
    /// A bracket, or an operator.
    Mark(&'static str),
}

/// Longer marks before those that they begin with.
const MARKS: [&str; 14] = ["[", "]", "(", ")", ",", "!=", "<>", "<=", ">=", "==", "=", "<", ">", "*"];

fn tokens(pattern: &str) -> Option<Vec<Token>> {
    let mut tokens = Vec::new();
    let mut rest = pattern.trim_start();
    while let Some(first) = rest.chars().next() {
        if first == '\'' {
            let (text, after) = quoted(rest)?;
            tokens.push(Token::Text(text));
            rest = after;
        } else if let Some(mark) = MARKS.into_iter().find(|mark| rest.starts_with(mark)) {
            tokens.push(Token::Mark(mark));
            rest = rest.get(mark.len()..)?;
        } else {
            let (word, after) = word(rest)?;
            tokens.push(Token::Word(word));
            rest = after;
        }
        rest = rest.trim_start();
    }
    Some(tokens)
}

/// A string in single quotes, in which a backslash takes the next character as it is.
fn quoted(text: &str) -> Option<(String, &str)> {
    let mut value = String::new();
    let mut characters = text.strip_prefix('\'')?.char_indices();
    while let Some((at, character)) = characters.next() {
        match character {
            '\'' => return Some((value, text.get(at + 2..)?)),
            '\\' => value.push(characters.next()?.1),
            character => value.push(character),
        }
    }
    None
}

/// A path or a word. Of a path, parts may be quoted (`hashes.'SHA-256'`) and have an index (`values[0]`).
fn word(text: &str) -> Option<(String, &str)> {
    let mut rest = text;
    loop {
        let end = rest.find(|c: char| c.is_whitespace() || "[](),=<>!'".contains(c)).unwrap_or(rest.len());
        let ends_in_dot = text[..text.len() - rest.len() + end].ends_with(['.', ':']);
        let after = rest.get(end..)?;
        rest = match after.chars().next() {
            Some('\'') if ends_in_dot => quoted(after)?.1,
            Some('[') if end > 0 => after.split_once(']')?.1,
            _ => {
                let taken = text.len() - after.len();
                return (taken > 0).then(|| (text[..taken].to_owned(), after));
            }
        };
    }
}

struct Parser<'t> {
    tokens: &'t [Token],
    depth: usize,
}

impl Parser<'_> {
    fn next_is(&mut self, mark: &str) -> bool {
        let is = matches!(self.tokens.first(), Some(Token::Mark(next)) if *next == mark);
        self.tokens = self.tokens.get(usize::from(is)..).unwrap_or_default();
        is
    }

    fn next_word(&mut self, words: &[&str]) -> bool {
        let is = matches!(self.tokens.first(), Some(Token::Word(next)) if words.contains(&next.as_str()));
        self.tokens = self.tokens.get(usize::from(is)..).unwrap_or_default();
        is
    }

    fn deeper(&mut self) -> Result<(), &'static str> {
        self.depth += 1;
        if self.depth > MAX_DEPTH { Err(SYNTAX) } else { Ok(()) }
    }

    /// Observations: joined by OR, each is enough; otherwise several are asked for.
    fn observations(&mut self) -> Result<Values, &'static str> {
        let mut all = self.observation()?;
        let mut problem = None;
        loop {
            if self.next_word(&["OR"]) {
                all.join(self.observation()?);
            } else if self.next_word(&["AND", "FOLLOWEDBY"]) {
                self.observation()?;
                problem = Some(SEQUENCE);
            } else {
                return problem.map_or(Ok(all), |problem| Ok(Values::none(problem)));
            }
        }
    }

    fn observation(&mut self) -> Result<Values, &'static str> {
        let mut values = if self.next_is("(") {
            self.deeper()?;
            let values = self.observations()?;
            self.depth -= 1;
            self.next_is(")").then_some(values).ok_or(SYNTAX)?
        } else if self.next_is("[") {
            let values = self.any()?;
            self.next_is("]").then_some(values).ok_or(SYNTAX)?
        } else {
            return Err(SYNTAX);
        };
        // `WITHIN 5 SECONDS`, `REPEATS 5 TIMES`, `START t'…' STOP t'…'`
        while self.next_word(&["WITHIN", "REPEATS", "START", "STOP"]) {
            values = Values::none(SEQUENCE);
            while matches!(self.tokens.first(), Some(Token::Word(next)) if !matches!(next.as_str(), "OR" | "AND" | "FOLLOWEDBY" | "WITHIN" | "REPEATS" | "START" | "STOP"))
                || matches!(self.tokens.first(), Some(Token::Text(_)))
            {
                self.tokens = &self.tokens[1..];
            }
        }
        Ok(values)
    }

    /// Comparisons joined by OR: each is enough.
    fn any(&mut self) -> Result<Values, &'static str> {
        let mut any = self.all()?;
        while self.next_word(&["OR"]) {
            any.join(self.all()?);
        }
        Ok(any)
    }

    /// Comparisons joined by AND, which binds closer.
    fn all(&mut self) -> Result<Values, &'static str> {
        let mut parts = vec![self.comparison()?];
        while self.next_word(&["AND"]) {
            parts.push(self.comparison()?);
        }
        if parts.len() == 1 {
            return Ok(parts.remove(0));
        }
        let tells_the_file =
            |part: &&Values| part.problems.is_empty() && part.values.iter().all(|(path, _)| is_file_digest(path));
        Ok(parts.iter().find(tells_the_file).cloned().unwrap_or_else(|| Values::none(TOGETHER)))
    }

    fn comparison(&mut self) -> Result<Values, &'static str> {
        if self.next_is("(") {
            self.deeper()?;
            let values = self.any()?;
            self.depth -= 1;
            return self.next_is(")").then_some(values).ok_or(SYNTAX);
        }
        let exists = self.next_word(&["EXISTS"]);
        let (Some(Token::Word(path)), rest) = (self.tokens.first(), self.tokens.get(1..).unwrap_or_default()) else {
            return Err(SYNTAX);
        };
        if !path.contains(':') {
            return Err(SYNTAX);
        }
        self.tokens = rest;
        if exists {
            return Ok(Values::none(OTHER));
        }
        let mut negated = self.next_word(&["NOT"]);
        let is_equality = self.next_is("=") || self.next_is("==");
        let is_inequality = !is_equality && (self.next_is("!=") || self.next_is("<>"));
        negated ^= is_inequality;
        let compares = is_equality || is_inequality;
        let is_in = !compares && self.next_word(&["IN"]);
        let is_other = !compares
            && !is_in
            && (self.next_word(&["LIKE", "MATCHES", "ISSUBSET", "ISSUPERSET"])
                || ["<=", ">=", "<", ">"].into_iter().any(|mark| self.next_is(mark)));
        if !(compares || is_in || is_other) {
            return Err(SYNTAX);
        }
        let literals = if is_in { self.set()? } else { vec![self.literal()?] };
        if negated {
            return Ok(Values::none(NEGATED));
        }
        if is_other {
            return Ok(Values::none(OTHER));
        }
        let values = literals.into_iter().map(|value| (path.clone(), value)).collect();
        Ok(Values { values, problems: Vec::new() })
    }

    fn literal(&mut self) -> Result<String, &'static str> {
        let (Some(Token::Text(value) | Token::Word(value)), rest) =
            (self.tokens.first(), self.tokens.get(1..).unwrap_or_default())
        else {
            return Err(SYNTAX);
        };
        let mut value = value.clone();
        self.tokens = rest;
        // `t'…'`, `h'…'`, `b'…'`
        if matches!(value.as_str(), "t" | "h" | "b")
            && let (Some(Token::Text(text)), rest) = (self.tokens.first(), self.tokens.get(1..).unwrap_or_default())
        {
            value.clone_from(text);
            self.tokens = rest;
        }
        Ok(value)
    }

    fn set(&mut self) -> Result<Vec<String>, &'static str> {
        if !self.next_is("(") {
            return Err(SYNTAX);
        }
        let mut values = vec![self.literal()?];
        while self.next_is(",") {
            values.push(self.literal()?);
        }
        self.next_is(")").then_some(values).ok_or(SYNTAX)
    }
}

impl Values {
    fn none(problem: &'static str) -> Self {
        Self { values: Vec::new(), problems: vec![problem] }
    }

    fn join(&mut self, other: Self) {
        self.values.extend(other.values);
        self.problems.extend(other.problems);
    }
}

/// Whether a path is that of a digest that tells a file or a certificate by itself.
fn is_file_digest(path: &str) -> bool {
    let path = path.replace(['\'', '"', '-', '_'], "").to_ascii_lowercase();
    matches!(path.as_str(), "file:hashes.sha256" | "x509certificate:hashes.sha256")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(pattern: &str) -> Result<(Vec<String>, Vec<&'static str>), &'static str> {
        let values = values(pattern)?;
        Ok((values.values.into_iter().map(|(path, value)| format!("{path} {value}")).collect(), values.problems))
    }

    #[test]
    fn each_value_of_which_one_is_enough_is_found() {
        for (pattern, expected) in [
            ("[app:id='org.example']", vec!["app:id org.example"]),
            (
                "[ url:value = 'https://a\\'b/' OR domain-name:value='b' ] OR [file:hashes.'SHA-256' = 'c']",
                vec!["url:value https://a'b/", "domain-name:value b", "file:hashes.'SHA-256' c"],
            ),
            ("[domain-name:value IN ('a', 'b')]", vec!["domain-name:value a", "domain-name:value b"]),
            ("([app:id == 'a'] OR ([app:id = 'b']))", vec!["app:id a", "app:id b"]),
            ("[(app:id = 'a' OR app:id = 'b')]", vec!["app:id a", "app:id b"]),
            ("[file:hashes.MD5 = 'm' AND file:hashes.'SHA-256' = 's']", vec!["file:hashes.'SHA-256' s"]),
            (
                "[file:name = 'x' AND file:hashes.\"SHA-256\" = 's' OR app:id = 'a']",
                vec!["file:hashes.\"SHA-256\" s", "app:id a"],
            ),
            ("[x:values[0].y = 'a']", vec!["x:values[0].y a"]),
        ] {
            assert_eq!(
                found(pattern),
                Ok((expected.into_iter().map(str::to_owned).collect(), Vec::new())),
                "{pattern}"
            );
        }
    }

    #[test]
    fn what_is_no_indicator_by_itself_is_none_with_the_reason() {
        for (pattern, reason) in [
            ("[app:id != 'a']", NEGATED),
            ("[app:id NOT = 'a']", NEGATED),
            ("[app:id <> 'a']", NEGATED),
            ("[app:id NOT IN ('a', 'b')]", NEGATED),
            ("[app:id NOT LIKE 'a%']", NEGATED),
            ("[app:id LIKE 'a%']", OTHER),
            ("[app:id MATCHES '^a$']", OTHER),
            ("[file:size > 100]", OTHER),
            ("[EXISTS app:id]", OTHER),
            ("[ipv4-addr:value ISSUBSET '192.0.2.0/24']", OTHER),
            ("[domain-name:value = 'a' AND network-traffic:dst_port = 443]", TOGETHER),
            ("[domain-name:value = 'a' AND file:hashes.'SHA-256' != 's']", TOGETHER),
            ("[app:id = 'a'] AND [app:id = 'b']", SEQUENCE),
            ("[app:id = 'a'] FOLLOWEDBY [app:id = 'b']", SEQUENCE),
            ("[app:id = 'a'] REPEATS 5 TIMES WITHIN 60 SECONDS", SEQUENCE),
            ("[app:id = 'a'] START t'2026-01-01T00:00:00Z' STOP t'2026-02-01T00:00:00Z'", SEQUENCE),
        ] {
            assert_eq!(found(pattern), Ok((Vec::new(), vec![reason])), "{pattern}");
        }
        let part = found("[app:id = 'a' OR app:id != 'b']");
        assert_eq!(part, Ok((vec!["app:id a".to_owned()], vec![NEGATED])), "one part is enough, the other is told");
        for broken in [
            "",
            "[",
            "app:id = 'a'",
            "[app:id = 'a",
            "[app:id = 'a'] x",
            "[a = 'b']",
            "[app:id]",
            "[app:id = ]",
            "alert tcp any",
            &"(".repeat(100),
        ] {
            assert_eq!(found(broken), Err(SYNTAX), "{broken}");
        }
    }

    proptest::proptest! {
        #[test]
        fn no_pattern_makes_it_panic(pattern in "[\\[\\]()'= a-c:.,!<>]{0,40}|(\\[|a:b|=|'c'|\\]|AND|OR|NOT|IN|\\(|\\)| ){0,20}") {
            let _ = values(&pattern);
        }
    }
}
