"""Greedy continuations of prompts, plainly and by drafts, and what drafts would do along them."""

import time

import torch

from passes import Buffers

# No round drafts more: what skip-search's engine can verify in one pass.
LARGEST_ROUND = 63


class Text:
    """A prompt with its greedy continuation, and keys and values of both but the last token's."""

    def __init__(self, prompt, ids, keys, values):
        self.prompt, self.ids, self.keys, self.values = prompt, ids, keys, values


class Lookup:
    """What followed the last tokens where they occurred before; ContextLookup.swift."""
    LONGEST = 16

    def __init__(self, tokens):
        self.tokens, self.places = [], {}
        for token in tokens:
            self.append(token)

    def append(self, token):
        self.places.setdefault(token, []).append(len(self.tokens))
        self.tokens.append(token)

    def draft(self, limits, most, ends):
        tokens, end = self.tokens, len(self.tokens) - 1
        best, distance = 0, 0
        for place in reversed(self.places[tokens[end]][:-1]):
            length = 1
            while (length < min(place + 1, self.LONGEST)
                   and tokens[place - length] == tokens[end - length]):
                length += 1
            if length > best:
                best, distance = length, end - place
                if best == self.LONGEST:
                    break
        if best == 0:
            return []
        drafts = [tokens[len(tokens) - distance + i % distance]
                  for i in range(min(most, limits[min(best, len(limits) - 1)]))]
        for number, token in enumerate(drafts):
            if token in ends:
                return drafts[:number + 1]
        return drafts


class Speculation:
    """A model that decodes greedily."""

    def __init__(self, passes, ends, maximum, context, rows=64):
        self.passes, self.ends, self.maximum = passes, set(ends), maximum
        self.context, self.rows = context, rows
        self.texts = {}

    # Decoding

    def _prefill(self, prompt):
        size = min(self.context, len(prompt) + self.maximum) + LARGEST_ROUND + 1
        buffers = Buffers.empty(self.passes, 1, size)
        logits = self._run(prompt, 0, buffers, last_only=True)
        buffers.used = len(prompt)
        return buffers, int(logits[0, -1].argmax())

    def _run(self, tokens, start, buffers, last_only=False):
        count = len(tokens)
        tensor = self.passes.tensor
        return self.passes.run(
            tensor([tokens]), tensor([list(range(start, start + count))]), buffers, last_only)

    def _room(self, prompt, ids):
        """How many more tokens may be emitted."""
        # The last token's keys are never needed.
        return min(self.maximum, self.context - len(prompt) + 1) - len(ids)

    def plain(self, number, prompt, known=None):
        """Decodes, and remembers the text: (ids, seconds, seconds of the prefill)."""
        started = time.perf_counter()
        buffers, token = self._prefill(prompt)
        self.passes.wait()
        prefilled = time.perf_counter()
        ids = [token]
        if known is not None:
            # The whole continuation at once.
            if len(known) > 1:
                self._run(known[:-1], len(prompt), buffers, last_only=True)
            ids = list(known)
            buffers.used = len(prompt) + len(ids) - 1
        while ids[-1] not in self.ends and self._room(prompt, ids) > 0:
            logits = self._run([ids[-1]], buffers.used, buffers)
            buffers.used += 1
            ids.append(int(logits[0, -1].argmax()))
        self.passes.wait()
        seconds = time.perf_counter() - prefilled
        used = buffers.used
        self.texts[number] = Text(
            prompt, ids, buffers.keys[:, 0, :, :used].clone(), buffers.values[:, 0, :, :used].clone())
        return ids, seconds, prefilled - started

    def speculative(self, number, prompt, attn, mlp, rule):
        """Decodes with drafts: a dictionary of what happened.

        A pass over several tokens rounds otherwise than passes over single ones, on a GPU above all, so
        that now and then another token is a hair more probable. The text is plain decoding's all the
        same: `differing` counts the tokens at which verification would have taken another one."""
        if number not in self.texts:
            self.plain(number, prompt)
        text = self.texts[number].ids
        started = time.perf_counter()
        buffers, token = self._prefill(prompt)
        self.passes.wait()
        prefilled = time.perf_counter()
        drafted, accepted, calls, drafting, differing = 0, 0, 0, 0.0, int(token != text[0])
        ids = text[:1]
        lookup = rule.get("lookup")
        context = Lookup(prompt + ids) if lookup else None
        while ids[-1] not in self.ends and self._room(prompt, ids) > 0:
            limit = max(0, min(self._room(prompt, ids) - 1, LARGEST_ROUND))
            before = time.perf_counter()
            drafts = context.draft(lookup["limits"], limit, self.ends) if lookup else []
            finished = bool(drafts) and (not lookup["continues"] or drafts[-1] in self.ends)
            if not finished:
                with self.passes.skipping(attn, mlp):
                    drafts += self._draft(ids[-1:] + drafts, buffers, rule, limit - len(drafts))
            if drafts:
                self.passes.wait()
                drafting += time.perf_counter() - before
            logits = self._run(ids[-1:] + drafts, buffers.used, buffers)
            found = logits[0].argmax(-1).tolist()
            tokens = text[len(ids):len(ids) + len(found)]
            right = 0
            while right < min(len(drafts), len(tokens)) and drafts[right] == tokens[right]:
                right += 1
            # Behind a wrong draft the pass says nothing.
            differing += sum(a != b for a, b in zip(found[:right + 1], tokens))
            emitted = tokens[:right + 1]
            for place, token in enumerate(emitted):
                if token in self.ends:
                    emitted = emitted[:place + 1]
                    break
            buffers.used += right + 1
            ids += emitted
            for token in emitted if lookup else []:
                context.append(token)
            calls, drafted, accepted = calls + 1, drafted + len(drafts), accepted + right
        self.passes.wait()
        return dict(
            ids=ids, seconds=time.perf_counter() - prefilled, prefill_seconds=prefilled - started,
            drafting_seconds=drafting, drafted=drafted, accepted=accepted, target_calls=calls,
            differing=differing)

    def _draft(self, tokens, buffers, rule, most):
        """Drafts behind `tokens`, of which the first is the last verified one."""
        used, drafts, product = buffers.used, [], 1.0
        thresholds = rule.get("least_products") or []
        watches = rule["least_confidence"] > 0 or thresholds
        while len(drafts) < min(most, rule["max"]):
            logits = self._run(tokens, buffers.used, buffers, last_only=True)[0, -1]
            buffers.used += len(tokens)
            token = int(logits.argmax())
            drafts.append(token)
            tokens = [token]
            if token in self.ends:
                break
            if watches:
                confidence = float(logits.softmax(-1)[token])
                product *= confidence
                if confidence < rule["least_confidence"] or (
                        thresholds and product < thresholds[len(drafts) - 1]):
                    break
        buffers.used = used
        return drafts

    # Replay

    def _start(self, starts, behind, steps):
        """Buffers with a row for each start: the text's keys before it, and room for the round."""
        longest = max(len(self.texts[p].prompt) + i for p, i in starts)
        buffers = Buffers.empty(self.passes, len(starts), longest + behind + 1 + steps)
        # What a row does not have stands where nobody looks: behind everything.
        buffers.positions.fill_(1 << 40)
        for row, (prompt, index) in enumerate(starts):
            text = self.texts[prompt]
            count = len(text.prompt) + index
            buffers.keys[:, row, :, :count] = text.keys[:, :, :count]
            buffers.values[:, row, :, :count] = text.values[:, :, :count]
            buffers.positions[row, :count] = torch.arange(count, device=self.passes.device)
        buffers.used = longest
        return buffers

    def replay(self, attn, mlp, positions, behind, least):
        """Rounds from many positions: (matched, confidences, ends), each with one for every start.

        A round is followed for the steps that its position names; after a wrong draft only while all
        confidences are at least `least`, where there is one."""
        rounds = [Round(self.texts[p], i, steps, ahead, least)
                  for (p, i, steps), ahead in zip(positions, behind)]
        # Rows of a batch begin with equally many tokens.
        order = sorted(range(len(rounds)), key=lambda n: (len(behind[n]), positions[n][0]))
        with self.passes.skipping(attn, mlp):
            while order:
                width = len(behind[order[0]])
                batch = [n for n in order[:self.rows] if len(behind[n]) == width]
                order = order[len(batch):]
                self._follow([rounds[n] for n in batch], [positions[n][:2] for n in batch], width)
        return ([r.matched for r in rounds], [r.confidences for r in rounds],
                [r.ends for r in rounds])

    def _follow(self, rounds, starts, width):
        buffers = self._start(starts, width, max(r.steps for r in rounds))
        while True:
            kept = [row for row, r in enumerate(rounds) if not r.is_over]
            if len(kept) < len(rounds):
                if not kept:
                    return
                rounds = [rounds[row] for row in kept]
                buffers = buffers.rows(self.passes.tensor(kept))
            tokens = self.passes.tensor([r.tokens for r in rounds])
            places = self.passes.tensor(
                [list(range(r.place, r.place + len(r.tokens))) for r in rounds])
            logits = self.passes.run(tokens, places, buffers, last_only=True)[:, -1]
            buffers.used += tokens.shape[1]
            chosen = logits.argmax(-1)
            sure = logits.softmax(-1).gather(1, chosen[:, None])[:, 0]
            for r, token, confidence in zip(rounds, chosen.tolist(), sure.tolist()):
                r.add(token, confidence, self.ends)

    @torch.inference_mode()
    def distances(self, drafts, positions):
        """Mean total variation of each draft's next token from the full model's."""
        sums = [0.0] * len(drafts)
        for first in range(0, len(positions), self.rows):
            starts = [tuple(p) for p in positions[first:first + self.rows]]
            buffers = self._start(starts, 0, 1)
            tokens = self.passes.tensor([[self.texts[p].ids[i]] for p, i in starts])
            places = self.passes.tensor([[len(self.texts[p].prompt) + i] for p, i in starts])
            full = self.passes.run(tokens, places, buffers)[:, -1].softmax(-1)
            for number, draft in enumerate(drafts):
                with self.passes.skipping(draft["attn"], draft["mlp"]):
                    part = self.passes.run(tokens, places, buffers)[:, -1].softmax(-1)
                sums[number] += float((full - part).abs().sum()) / 2
        return [min(1.0, total / len(positions)) for total in sums]


class Round:
    """A round on its way."""

    def __init__(self, text, index, steps, behind, least):
        self.text, self.index, self.steps, self.least = text, index, steps, least
        self.behind = len(behind)
        self.tokens = [text.ids[index]] + behind
        self.place = len(text.prompt) + index
        # Behind a wrong lookup nothing is right.
        self.is_right = behind == text.ids[index + 1:index + 1 + len(behind)]
        self.is_confident = True
        self.matched, self.confidences, self.ends = 0, [], False

    @property
    def is_over(self):
        return (len(self.confidences) == self.steps or self.ends
                or not self.is_right and not self.is_confident)

    def add(self, token, confidence, ends):
        following = self.index + 1 + self.behind + len(self.confidences)
        self.is_right = (self.is_right and following < len(self.text.ids)
                         and token == self.text.ids[following])
        self.matched += self.is_right
        self.confidences.append(min(1.0, confidence))
        self.ends = token in ends
        self.place += len(self.tokens)
        self.tokens = [token]
        if self.least is not None and confidence < self.least:
            self.is_confident = False
