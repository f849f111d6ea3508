//! Which paths a source file names: its `use` trees, and paths such as `crate::a::b` anywhere else.

/// A source file as words and signs, without comments, strings and the modules of tests.
#[derive(Debug, Default)]
pub struct Source {
    tokens: Vec<String>,
}

/// A path that a file names, and how.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Named {
    /// Its segments, `crate` or `super` in front, or the name of a module.
    pub path: Vec<String>,
    /// By which name the file calls it from here on, where it is of a `use`.
    pub alias: Option<String>,
}

impl Source {
    /// Reads the text of a file.
    pub fn read(text: &str) -> Self {
        Self {
            tokens: without_tests(tokens(text)),
        }
    }

    /// The modules that it declares and that have a file of their own.
    pub fn modules(&self) -> Vec<String> {
        let declared = self.tokens.windows(3);
        declared
            .filter(|words| words[0] == "mod" && words[2] == ";")
            .map(|words| words[1].clone())
            .collect()
    }

    /// Every path of a `use`, and every other path that begins with `crate` or `super`.
    pub fn named(&self) -> Vec<Named> {
        let mut all = Vec::new();
        let mut at = 0;
        while at < self.tokens.len() {
            let word = self.tokens[at].as_str();
            let begins = at == 0 || self.tokens[at - 1] != "::";
            if word == "use" {
                at = self.tree(at + 1, &[], true, &mut all);
            } else if begins && matches!(word, "crate" | "super") && self.is(at + 1, "::") {
                at = self.tree(at, &[], false, &mut all);
            } else {
                at += 1;
            }
        }
        all
    }

    fn is(&self, at: usize, word: &str) -> bool {
        self.tokens.get(at).is_some_and(|token| token == word)
    }

    /// Reads a path or a tree of paths, and returns where it ends.
    fn tree(&self, start: usize, before: &[String], is_use: bool, all: &mut Vec<Named>) -> usize {
        let mut path = before.to_vec();
        let mut at = start;
        if is_use && self.is(at, "::") {
            at += 1;
        }
        loop {
            let Some(word) = self.tokens.get(at) else {
                return at;
            };
            if word == "{" {
                at += 1;
                while at < self.tokens.len() && !self.is(at, "}") {
                    let next = self.tree(at, &path, is_use, all);
                    at = next.max(at + 1);
                    if self.is(at, ",") {
                        at += 1;
                    }
                }
                return at + 1;
            }
            if !is_name(word) && word != "*" {
                return at;
            }
            // `{self}` is what stands before it
            if word != "self" || path.is_empty() {
                path.push(word.clone());
            }
            at += 1;
            let goes_on = self.is(at, "::")
                && (self.tokens.get(at + 1))
                    .is_some_and(|next| is_name(next) || (is_use && (next == "{" || next == "*")));
            if !goes_on {
                let renamed = is_use && self.is(at, "as");
                let alias = match renamed {
                    true => self.tokens.get(at + 1).cloned(),
                    false => path.last().cloned(),
                };
                all.push(Named {
                    path,
                    alias: alias.filter(|_| is_use),
                });
                return if renamed { at + 2 } else { at };
            }
            at += 1;
        }
    }
}

/// The names in a file, those of its tests among them; nothing of its comments and strings.
pub fn identifiers(text: &str) -> Vec<String> {
    let mut names = tokens(text);
    names.retain(|token| is_name(token));
    names
}

fn is_name(token: &str) -> bool {
    token.starts_with(|c: char| c.is_alphabetic() || c == '_')
}

/// Words, `::` and single signs.
fn tokens(text: &str) -> Vec<String> {
    let chars: Vec<char> = text.chars().collect();
    let next = |at: usize| chars.get(at).copied().unwrap_or('\0');
    let mut tokens = Vec::new();
    let mut at = 0;
    while at < chars.len() {
        let c = chars[at];
        if c == '/' && next(at + 1) == '/' {
            while at < chars.len() && chars[at] != '\n' {
                at += 1;
            }
        } else if c == '/' && next(at + 1) == '*' {
            at = after_comment(&chars, at);
        } else if let Some(end) = after_raw_string(&chars, at) {
            at = end;
        } else if c == '"' || (c == '\'' && (next(at + 1) == '\\' || next(at + 2) == '\'')) {
            at = after_quoted(&chars, at);
        } else if c == ':' && next(at + 1) == ':' {
            tokens.push("::".to_owned());
            at += 2;
        } else if c.is_alphanumeric() || c == '_' {
            let start = at;
            while next(at).is_alphanumeric() || next(at) == '_' {
                at += 1;
            }
            tokens.push(chars[start..at].iter().collect());
        } else {
            if !c.is_whitespace() {
                tokens.push(c.to_string());
            }
            at += 1;
        }
    }
    tokens
}

/// Where a comment that may hold others ends.
fn after_comment(chars: &[char], start: usize) -> usize {
    let (mut at, mut depth) = (start, 0);
    while at < chars.len() {
        match chars[at..] {
            ['/', '*', ..] => (depth, at) = (depth + 1, at + 2),
            ['*', '/', ..] => (depth, at) = (depth - 1, at + 2),
            _ => at += 1,
        }
        if depth == 0 {
            break;
        }
    }
    at
}

/// Where a string or a character ends, whose sign stands at the start.
fn after_quoted(chars: &[char], start: usize) -> usize {
    let mut at = start + 1;
    while at < chars.len() && chars[at] != chars[start] {
        at += if chars[at] == '\\' { 2 } else { 1 };
    }
    at + 1
}

/// Where a string such as `r#"..."#` ends, if one begins here.
fn after_raw_string(chars: &[char], start: usize) -> Option<usize> {
    let is_inside = start > 0 && (chars[start - 1].is_alphanumeric() || chars[start - 1] == '_');
    let mut at = start;
    if is_inside {
        return None;
    }
    if chars[at] == 'b' {
        at += 1;
    }
    if chars.get(at) != Some(&'r') {
        return None;
    }
    at += 1;
    let hashes = chars[at..].iter().take_while(|&&c| c == '#').count();
    if chars.get(at + hashes) != Some(&'"') {
        return None;
    }
    let end: Vec<char> = std::iter::once('"')
        .chain(std::iter::repeat_n('#', hashes))
        .collect();
    let inside = at + hashes + 1;
    let length = chars[inside..]
        .windows(end.len())
        .position(|window| window == end)?;
    Some(inside + length + end.len())
}

/// Leaves out what stands behind `#[cfg(test)]` or `#[cfg(all(test, ...))]`.
fn without_tests(tokens: Vec<String>) -> Vec<String> {
    let mut kept = Vec::new();
    let mut at = 0;
    while at < tokens.len() {
        let begins = |words: &[&str]| {
            let there = tokens[at..].iter().map(String::as_str);
            there.take(words.len()).eq(words.iter().copied())
        };
        let is_test = begins(&["#", "[", "cfg", "(", "test", ")"])
            || begins(&["#", "[", "cfg", "(", "all", "(", "test"]);
        if is_test {
            at = after_item(&tokens, at);
        } else {
            kept.push(tokens[at].clone());
            at += 1;
        }
    }
    kept
}

/// Where the item that begins with its attributes ends: behind its block, or its semicolon.
fn after_item(tokens: &[String], start: usize) -> usize {
    let mut depth = 0;
    for (at, token) in tokens.iter().enumerate().skip(start) {
        match token.as_str() {
            "(" | "[" | "{" => depth += 1,
            ")" | "]" | "}" => depth -= 1,
            _ => {}
        }
        if depth == 0 && matches!(token.as_str(), ";" | "}") {
            return at + 1;
        }
    }
    tokens.len()
}
