extension BuiltInPrompts {
  /// Changes to a given piece of code or data, in several languages; the answer repeats most of
  /// it.
  static let codeEdits: [String] = [
    """
    Rename the variable `n` to `total` everywhere in this function. Answer with the whole \
    function.

    ```python
    def average(values):
        n = 0
        count = 0
        for value in values:
            if value is None:
                continue
            n += value
            count += 1
        if count == 0:
            return 0.0
        return n / count
    ```
    """,
    """
    Add a parameter `currency` to this JavaScript function and put it in front of the amount in \
    each line. Change nothing else, and answer with the code only.

    ```javascript
    function receipt(items) {
      const lines = [];
      let sum = 0;
      for (const item of items) {
        const amount = item.price * item.count;
        sum += amount;
        lines.push(item.name + ": " + amount.toFixed(2));
      }
      lines.push("Total: " + sum.toFixed(2));
      return lines;
    }
    ```
    """,
    """
    Translate the keys of this JSON object into Spanish. Keep the values and the order.

    ```json
    {
      "name": "Harbour Street Library",
      "address": "14 Harbour Street",
      "opened": 1962,
      "floors": 3,
      "books": 48500,
      "languages": ["English", "French", "Polish"],
      "open_on_sunday": false,
      "telephone": "555-0142"
    }
    ```
    """,
    """
    Correct the spelling mistakes in the comments and messages of this C function. Leave the \
    code as it is.

    ```c
    /* Reads one lenght from the file. Retruns -1 when there is no number. */
    int read_length(FILE *file) {
      int length = 0;
      if (fscanf(file, "%d", &length) != 1) {
        fprintf(stderr, "expected a nummber");
        return -1;
      }
      if (length < 0) {
        fprintf(stderr, "the length is negativ");
        return -1;
      }
      return length; /* at least ziro */
    }
    ```
    """,
    """
    Sort these import lines alphabetically by module and answer with the sorted lines only.

    ```python
    import sys
    import json
    import argparse
    import pathlib
    import tempfile
    import subprocess
    import collections
    import hashlib
    import datetime
    import itertools
    import os
    import functools
    ```
    """,
    """
    Write the SQL keywords of this query in upper case and leave everything else as it is.

    ```sql
    select c.name, c.city, count(o.id) as orders, sum(o.amount) as amount
    from customers as c
    join orders as o on o.customer_id = c.id
    where o.placed_at >= '2024-01-01' and c.city is not null
    group by c.name, c.city
    having count(o.id) > 2
    order by amount desc, c.name
    limit 20;
    ```
    """,
    """
    Rename the function `find` to `indexOf` in this Go code, with its calls. Show the complete \
    code.

    ```go
    package list

    func find(words []string, wanted string) int {
    	for i, word := range words {
    		if word == wanted {
    			return i
    		}
    	}
    	return -1
    }

    func Contains(words []string, wanted string) bool {
    	return find(words, wanted) >= 0
    }

    func Before(words []string, a, b string) bool {
    	return find(words, a) < find(words, b)
    }
    ```
    """,
    """
    Change every `i32` in this Rust code to `i64`. Answer with the code only.

    ```rust
    struct Account {
        number: u32,
        balance: i32,
    }

    impl Account {
        fn deposit(&mut self, amount: i32) -> i32 {
            self.balance += amount;
            self.balance
        }

        fn withdraw(&mut self, amount: i32) -> Option<i32> {
            if amount > self.balance {
                return None;
            }
            self.balance -= amount;
            Some(self.balance)
        }
    }
    ```
    """,
    """
    In this HTML, replace the class `box` by `card` and the heading level 3 by level 2. Print \
    the whole result.

    ```html
    <div class="box">
      <h3>Opening hours</h3>
      <p>Monday to Friday from 9 to 17</p>
    </div>
    <div class="box">
      <h3>Address</h3>
      <p>27 Mill Lane, second floor</p>
    </div>
    <div class="box wide">
      <h3>Contact</h3>
      <p>Please call before you come.</p>
    </div>
    ```
    """,
    """
    The service moves from port 8080 to port 9000, and `staging` is now called `preview`. Update \
    this configuration and answer with all of it.

    ```yaml
    service:
      name: catalogue
      port: 8080
      health_check: http://localhost:8080/health
    environments:
      staging:
        url: http://staging.example.com:8080
        replicas: 1
      production:
        url: http://www.example.com:8080
        replicas: 4
    deploy_order: [staging, production]
    ```
    """,
    """
    Add type annotations to the parameters and results of these TypeScript functions. All of \
    them take and return numbers.

    ```typescript
    function square(x) {
      return x * x;
    }

    function clamp(value, low, high) {
      return Math.min(high, Math.max(low, value));
    }

    function mix(a, b, share) {
      return a + (b - a) * clamp(share, 0, 1);
    }

    function distance(x1, y1, x2, y2) {
      return Math.sqrt(square(x2 - x1) + square(y2 - y1));
    }
    ```
    """,
    """
    Sort the rows of this table by the year, oldest first. Keep the first line where it is.

    ```csv
    station,line,year,platforms
    North Gate,red,1931,2
    Old Market,red,1908,4
    University,blue,1974,2
    Harbour,green,1926,3
    Airport,blue,1998,4
    Castle Hill,green,1915,2
    Stadium,red,1985,2
    Botanical Garden,blue,1969,1
    ```
    """,
  ]
}
