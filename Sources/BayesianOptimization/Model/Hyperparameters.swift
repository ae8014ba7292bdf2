/// One value for each hyper-parameter of a Gaussian process: its logarithm, its prior, its bounds
/// or a derivative by it.
public struct Hyperparameters<Value: Sendable>: Sendable {
  /// Of the kernel, in the order that it documents.
  public var kernel: [Value]
  /// Of τ², the variance of the noise beyond its known part.
  public var noise: Value
  /// Of ℓ, over which points share the errors of the chunks that they were measured on
  /// (`SharedNoise`); nil where no observations are known to share any.
  public var sharedLengthscale: Value?

  /// One value for each.
  public init(kernel: [Value], noise: Value, sharedLengthscale: Value? = nil) {
    self.kernel = kernel
    self.noise = noise
    self.sharedLengthscale = sharedLengthscale
  }

  /// The values as one list: the kernel's, the noise's, the lengthscale's where there is one.
  public var elements: [Value] {
    kernel + [noise] + (sharedLengthscale.map { [$0] } ?? [])
  }

  /// The same hyper-parameters with other values, in the order of `elements`.
  public func with<Other>(_ elements: [Other]) -> Hyperparameters<Other> {
    precondition(elements.count == self.elements.count, "one value per hyper-parameter")
    return Hyperparameters<Other>(
      kernel: Array(elements[..<kernel.count]), noise: elements[kernel.count],
      sharedLengthscale: sharedLengthscale == nil ? nil : elements[kernel.count + 1])
  }

  /// Other values of the same hyper-parameters.
  public func map<Other>(_ transform: (Value) -> Other) -> Hyperparameters<Other> {
    with(elements.map(transform))
  }
}

extension Hyperparameters: Equatable where Value: Equatable {}
