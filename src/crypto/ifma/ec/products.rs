//! Products of numbers, put together where they are used: the compiler would leave them as calls, and
//! a call passes numbers through memory. The names of [`field`](super::p256::eight) are to be in scope.

/// Calls the function for each digit, in order.
macro_rules! each_digit {
    ($function:ident($($argument:expr),*)) => {{
        $function::<0>($($argument),*);
        $function::<1>($($argument),*);
        $function::<2>($($argument),*);
        $function::<3>($($argument),*);
        $function::<4>($($argument),*);
        if D > 5 {
            $function::<5>($($argument),*);
            $function::<6>($($argument),*);
            $function::<7>($($argument),*);
        }
    }};
}

/// Adds the product of two numbers to columns, which are a variable.
macro_rules! add_product {
    ($columns:ident, $a:expr, $b:expr) => {
        each_digit!(add_row(&mut $columns, &$a.0, &$b.0))
    };
}

/// The columns of a product.
macro_rules! product {
    ($a:expr, $b:expr) => {{
        let mut columns = no_columns();
        add_product!(columns, $a, $b);
        columns
    }};
}

/// Of a square: each product of two digits once, all doubled, and the squares.
macro_rules! square_of {
    ($a:expr) => {{
        let mut columns = no_columns();
        each_digit!(add_row_above(&mut columns, &$a.0));
        double_columns(&mut columns);
        add_squares(&mut columns, &$a.0);
        columns
    }};
}

/// Divides columns by R: digits that are not carried. Both may be signed.
macro_rules! reduced {
    ($columns:expr) => {{
        let mut reduction = Reduction::new($columns);
        each_digit!(clear(&mut reduction));
        reduction.finish()
    }};
}

/// [`reduced`] for two sets of columns, in turns, so that neither waits for itself; if the registers
/// have room for both.
macro_rules! both_reduced {
    ($first:expr, $second:expr) => {{
        let (mut first, mut second) = (Reduction::new($first), Reduction::new($second));
        if D > 5 {
            each_digit!(clear(&mut first));
            each_digit!(clear(&mut second));
        } else {
            each_digit!(clear_both(&mut first, &mut second));
        }
        (first.finish(), second.finish())
    }};
}

/// A product that is soon there, plus another number: lower halves, upper halves and what the reduction
/// adds have columns of their own (see `add_row_and_clear`), and the reduction goes along with the rows.
macro_rules! quick {
    ($a:expr, $b:expr) => {
        quick!($a, $b, [splat(0); D])
    };
    ($a:expr, $b:expr, $more:expr) => {{
        let (a, b, more) = ($a, $b, $more);
        let (mut lower, mut upper) = (no_columns(), no_columns());
        for i in 0..D {
            upper[D + i] = more[i];
        }
        let mut reduction = Reduction::new(no_columns());
        each_digit!(add_row_and_clear(
            &mut reduction,
            &mut lower,
            &mut upper,
            &a,
            &b
        ));
        let mut digits = reduction.finish();
        for i in 0..D {
            digits[i] = add(digits[i], add(lower[D + i], upper[D + i]));
        }
        digits
    }};
}

pub(super) use {add_product, both_reduced, each_digit, product, quick, reduced, square_of};
