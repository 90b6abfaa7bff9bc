/** The same function, computing each answer once: a search comes to the same certificate on many ways. */
export function remembered<K extends object, V>(compute: (key: K) => V): (key: K) => V {
  const known = new Map<K, { readonly value: V }>();
  return (key) => {
    const answer = known.get(key) ?? { value: compute(key) };
    known.set(key, answer);
    return answer.value;
  };
}
